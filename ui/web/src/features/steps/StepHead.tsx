import { ActionIcon, Group, Menu, Switch, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconDots } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { Schemas } from '@/api/client'
import { ProviderTile } from '@/components/ProviderTile'
import { Sentence } from '@/components/Sentence'
import type { Status } from '@/components/status'
import { StatusBadge } from '@/components/StatusBadge'
import { entryOf } from './actions'
import { changed } from './edit'
import { contentText, stepSentence } from './phrase'
import type { StepCardProps } from './StepCard'
import { StepMenu } from './StepMenu'
import { contentOf, testStatus } from './test/test'
import classes from './steps.module.css'

interface Props extends StepCardProps {
  faults: readonly Schemas['ProblemField'][]
  open: boolean
  onToggle: () => void
}

/** Number, tile, what the step does, whether it is on, and what can be done with it. */
export function StepHead(props: Props) {
  const { step, index, spec, rule, onSteps, faults, open, onToggle, readOnly, tested, edits } = props
  const [renaming, setRenaming] = useState(false)
  const title = useRef<HTMLButtonElement>(null)
  const isNew = edits.added === step.key
  useEffect(() => {
    if (isNew) title.current?.focus()
  }, [isNew])
  const sentence = stepSentence(spec, step)
  const named = step.name !== undefined && step.name !== ''
  const on = step.enabled !== false
  const set = (change: Parameters<typeof changed>[2]) => onSteps(changed(rule.steps ?? [], step.key, change))
  return (
    <Group wrap="nowrap" gap="xs" className={classes.head}>
      <span className={classes.number}>{index + 1}</span>
      <ProviderTile name={entryOf(step.action).tile} category={entryOf(step.action).category} />
      {renaming ? (
        <Rename
          name={step.name ?? ''}
          onEnd={(name) => {
            setRenaming(false)
            if (name !== undefined) set({ name: name === '' ? undefined : name })
          }}
        />
      ) : (
        <UnstyledButton ref={title} className={classes.title} aria-expanded={open} onClick={onToggle}>
          <span className={classes.name}>{named ? step.name : <Sentence parts={sentence} />}</span>
          <span className={classes.second}>{named ? <Sentence parts={sentence} /> : contentText(step)}</span>
          <IconChevronDown size={16} className={classes.chevron} aria-hidden="true" />
        </UnstyledButton>
      )}
      {tested !== undefined && tested.content === contentOf(step) && faults.length === 0 && (
        <StatusBadge status={testStatus(tested.result)} plain />
      )}
      {faults.length > 0 && (
        <span className={classes.missing}>
          <StatusBadge status={missing(faults.length)} plain />
        </span>
      )}
      {!readOnly && (
        <Switch
          aria-label={`Step ${index + 1} is on`}
          checked={on}
          className={classes.switch}
          onChange={(e) => set({ enabled: e.currentTarget.checked ? undefined : false })}
        />
      )}
      {readOnly && !on && <span className={classes.second}>Off</span>}
      {!readOnly && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" aria-label={`More for step ${index + 1}`}>
              <IconDots size={18} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <StepMenu {...props} onRename={() => setTimeout(() => setRenaming(true), menuCloses)} />
        </Menu>
      )}
    </Group>
  )
}

const menuCloses = 50 // milliseconds, within which a menu gives the focus back to its button

const missing = (count: number): Status => ({
  role: 'bad',
  word: count === 1 ? '1 thing to mend' : `${count} things to mend`,
})

function Rename({ name, onEnd }: { name: string; onEnd: (name: string | undefined) => void }) {
  const [typed, setTyped] = useState(name)
  return (
    <TextInput
      aria-label="Name of the step"
      className={classes.rename}
      data-autofocus
      ref={(field) => field?.focus()}
      maxLength={200}
      value={typed}
      onChange={(e) => setTyped(e.currentTarget.value)}
      onBlur={() => onEnd(typed.trim())}
      onKeyDown={(e) => {
        if (e.key === 'Enter') onEnd(typed.trim())
        if (e.key !== 'Escape') return
        e.stopPropagation()
        onEnd(undefined)
      }}
    />
  )
}
