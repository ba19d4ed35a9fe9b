import { Badge, Combobox, Modal, ScrollArea, Text, TextInput, useCombobox } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { ProviderTile } from '@/components/ProviderTile'
import { type ActionSpec, entryOf, menuSections } from './actions'
import type { Against } from '@/features/conditions'
import type { Step } from './edit'
import { useFirstContent } from './useFirstContent'
import classes from './steps.module.css'

interface Props {
  specs: readonly ActionSpec[]
  /** Where the step will stand; undefined while the menu is closed. */
  at: number | undefined
  against: Against
  onClose: () => void
  onChosen: (spec: ActionSpec, made: Partial<Step>) => void
}

/** Asks what should happen. What is chosen comes with texts made from the sample. */
export function ActionMenu({ at, onClose, onChosen, ...rest }: Props) {
  const [chosen, setChosen] = useState(false)
  if (at !== undefined && chosen) setChosen(false)
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  return (
    <Modal
      opened={at !== undefined}
      onClose={onClose}
      title="What should happen?"
      fullScreen={phone}
      size={520}
      // The step that was chosen takes the focus.
      returnFocus={!chosen}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Choices
        {...rest}
        at={at ?? 0}
        onChosen={(spec, made) => {
          setChosen(true)
          onChosen(spec, made)
        }}
      />
    </Modal>
  )
}

function Choices({ specs, at, against, onChosen }: Omit<Props, 'onClose' | 'at'> & { at: number }) {
  const [typed, setTyped] = useState('')
  const contentFor = useFirstContent(against)
  const combobox = useCombobox({ opened: true })
  const sections = menuSections(specs, typed, at)
  const choose = (type: string) => {
    const spec = specs.find((s) => s.type === type)
    if (spec !== undefined) void contentFor(spec).then((made) => onChosen(spec, made))
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.EventsTarget>
        <TextInput
          aria-label="Search what should happen"
          placeholder="Search: message, webhook, wait…"
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={typed}
          data-autofocus
          mb="xs"
          onChange={(e) => {
            setTyped(e.currentTarget.value)
            combobox.selectFirstOption()
          }}
        />
      </Combobox.EventsTarget>
      <ScrollArea.Autosize mah="60vh" type="auto">
        <Combobox.Options aria-label="What should happen?">
          {sections.map((section) => (
            <Combobox.Group key={section.title} label={section.title}>
              {section.actions.map((spec) => (
                <Combobox.Option key={spec.type} value={spec.type} className={classes.choice}>
                  <ProviderTile name={entryOf(spec.type).tile} category={entryOf(spec.type).category} />
                  <div className={classes.choiceText}>
                    <Text fw={600}>{spec.title}</Text>
                    <Text size="xs" c="dimmed">
                      {spec.summary}
                    </Text>
                  </div>
                  {spec.type === 'note' && (
                    <Badge variant="default" tt="none">
                      No account needed
                    </Badge>
                  )}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {sections.length === 0 && <Combobox.Empty>Nothing matches “{typed}”.</Combobox.Empty>}
        </Combobox.Options>
      </ScrollArea.Autosize>
    </Combobox>
  )
}
