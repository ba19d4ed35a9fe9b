import { Button, Text, VisuallyHidden } from '@mantine/core'
import { IconFolderPlus } from '@tabler/icons-react'
import { useMemo, useRef } from 'react'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import type { Against, Edit } from './against'
import { AddCondition } from './editor/AddCondition'
import { FindingsContext, SurroundingsContext } from './editor/context'
import classes from './editor/editor.module.css'
import { GroupBody, GroupKind } from './editor/GroupBody'
import { Broken, Faults, Whole } from './editor/Notes'
import { Suggestions } from './editor/Suggestions'
import { useActions } from './editor/useActions'
import { useDragging } from './editor/useDragging'
import { useRowVerdicts } from './editor/useRowVerdicts'
import { useReports } from './editor/useReports'
import { useCondition } from './useCondition'

interface Props {
  /** Accessible name: "Only if", "Only do this step if". */
  label: string
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  against: Against
  /** What the server says of this expression, from the draft. */
  faults?: readonly Schemas['ProblemField'][]
  /** The kind of event is shown by KindOfEvent, not as a row. */
  kinds?: boolean
  readOnly?: boolean
}

/** A condition as rows and groups, with a verdict on the sample for each and for the whole. */
export function ConditionEditor({ label, against, faults = [], readOnly = false, ...text }: Props) {
  const container = useRef<HTMLElement>(null)
  const { conversion, snapshot, operators = [], error, retry } = useCondition({ against, ...text })
  const { condition, expression, broken } = snapshot
  const { actions, spoken } = useActions(conversion, operators, container)
  const { drop, start } = useDragging({ container, conversion, actions })
  const { whole, noEvent, verdicts } = useRowVerdicts(snapshot, against)
  useReports({ label, snapshot, operators, container })
  const rootKey = condition?.root.key ?? ''
  const surroundings = useMemo(
    () => ({ actions, operators, against, readOnly, rootKey, startDrag: start }),
    [actions, operators, against, readOnly, rootKey, start],
  )
  const findings = useMemo(() => ({ verdicts, faults: snapshot.faults, drop }), [verdicts, snapshot.faults, drop])
  const root = condition?.root
  const empty = root?.nodes.length === 0
  return (
    <section ref={container} className={classes.editor} aria-label={label}>
      <SurroundingsContext value={surroundings}>
        <FindingsContext value={findings}>
          {broken.length > 0 && <Broken expression={expression} faults={broken} />}
          {root && root.nodes.length > 1 && <GroupKind group={root} />}
          {root && !empty && <GroupBody group={root} />}
          {root && (
            <div className={classes.foot}>
              {empty && <Text span>Always.</Text>}
              {!readOnly && <AddCondition group={root.key} />}
              {!readOnly && !empty && (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  leftSection={<IconFolderPlus size={16} aria-hidden />}
                  onClick={() => actions.addGroup()}
                >
                  Group
                </Button>
              )}
            </div>
          )}
          {root && empty && !readOnly && <Suggestions group={root.key} />}
          {root && !empty && <Whole verdict={whole} noEvent={noEvent} fault={snapshot.faults.get(root.key)} />}
        </FindingsContext>
      </SurroundingsContext>
      {expression === text.expression && <Faults list={faults} />}
      <ErrorAlert error={error} title="The conditions could not be worked out. What you typed is kept." retry={retry} />
      <VisuallyHidden role="status">{spoken}</VisuallyHidden>
    </section>
  )
}
