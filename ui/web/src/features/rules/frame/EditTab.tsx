import { Card, Text } from '@mantine/core'
import { useState } from 'react'
import { type Against, ConditionEditor, KindOfEvent } from '@/features/conditions'
import { StepList } from '@/features/steps'
import { Joined } from '../cards/Joined'
import { Trouble } from '../cards/Trouble'
import { When } from '../cards/When'
import type { Edit, EditState, Fault, RuleEdit } from '../edit'
import { PastedIntoRule } from '../paste/PastedIntoRule'
import { DataTab } from '../panel/DataTab'
import { Panel } from '../panel/Panel'
import { PreviewTab } from '../panel/PreviewTab'
import { RuleSentence } from '../RuleSentence'
import { SampleBar } from '../sample/SampleBar'
import { SampleVerdict } from '../sample/SampleVerdict'
import type { Sample } from '../sample/useSample'
import type { Width } from '../useWidth'
import classes from './EditTab.module.css'
import { Notices } from './Notices'
import { mainId, type PanelState, panelId } from './usePanel'
import type { WayToFault } from './useWayToFault'

interface Props {
  edit: RuleEdit
  state: EditState
  sample: Sample
  width: Width
  panel: PanelState
  way: WayToFault
  /** The condition that has the focus first. */
  row: string | undefined
  readOnly: boolean
  faults: readonly Fault[]
  against: Against
}

/** The rule as a sentence of cards, the sample above it and the panel beside it. */
export function EditTab({ edit, state, sample, width, panel, way, row, readOnly, faults, against }: Props) {
  const { rule } = state
  const [outputs, setOutputs] = useState<Readonly<Record<string, unknown>>>({})
  // What is converted in the background comes later: the rest of the rule is as it is by then.
  const onWhen = (when: string, join?: Edit) => edit.change({ ...edit.read().rule, when }, join)
  const at = (field: string) => faults.find((f) => f.location?.startsWith(field))?.message
  return (
    <>
      <SampleBar
        inbox={against.inbox}
        sample={sample}
        width={width}
        verdict={sample.choice && <SampleVerdict expression={rule.when ?? ''} against={against} width={width} />}
        onPanel={() => panel.show('preview')}
      />
      <div className={classes.columns}>
        <div id={mainId} className={classes.main} tabIndex={-1}>
          <Notices edit={edit} state={state} />
          {!readOnly && <PastedIntoRule edit={edit} rule={rule} sample={sample} onStep={way.setCurrent} />}
          {readOnly && <Sentence state={state} />}
          <div className={classes.cards}>
            <When
              rule={rule}
              onChange={edit.change}
              readOnly={readOnly}
              kinds={
                against.inbox !== undefined && (
                  <KindOfEvent
                    expression={rule.when ?? ''}
                    onChange={onWhen}
                    inbox={against.inbox}
                    against={against}
                    readOnly={readOnly}
                    row={row}
                  />
                )
              }
              error={at('inbox')}
            />
            <Joined word="Only if" field="when">
              <Card>
                <ConditionEditor
                  label="Only if"
                  expression={rule.when ?? ''}
                  onChange={onWhen}
                  against={against}
                  faults={faults.filter((f) => f.location === 'when')}
                  kinds
                  readOnly={readOnly}
                  row={row}
                />
              </Card>
            </Joined>
            <Joined word="Then" field="steps">
              <StepList
                rule={rule}
                onSteps={(steps, join) => edit.change({ ...edit.read().rule, steps }, join)}
                against={against}
                outputs={outputs}
                onOutput={(key, value) => setOutputs((old) => ({ ...old, [key]: value }))}
                faults={faults}
                current={way.current}
                onCurrent={way.setCurrent}
                readOnly={readOnly}
              />
            </Joined>
            <Trouble rule={rule} onChange={edit.change} readOnly={readOnly} faults={faults} />
          </div>
        </div>
        <Panel
          tabs={[
            {
              value: 'preview',
              label: 'Preview',
              content: <PreviewTab rule={rule} current={way.current} against={against} outputs={outputs} />,
            },
            { value: 'data', label: 'Data', content: <DataTab sample={sample} /> },
          ]}
          tab={panel.tab}
          onTab={panel.show}
          width={width}
          opened={panel.opened}
          onClose={panel.close}
          id={panelId}
        />
      </div>
    </>
  )
}

/** What a person reads who only looks: the rule as one sentence, and why it is there. */
function Sentence({ state: { sentence, rule } }: { state: EditState }) {
  return (
    <div className={classes.sentence}>
      <Text fz="md">
        <RuleSentence parts={sentence} />
      </Text>
      {rule.note && <Text c="dimmed">{rule.note}</Text>}
    </div>
  )
}
