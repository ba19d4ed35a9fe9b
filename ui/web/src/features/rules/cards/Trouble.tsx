import { Button, Card, Collapse, Group, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Edit, Fault, RuleInput } from '../edit'
import { Joined } from './Joined'
import { ageText, modeOf, modes, oldWords, overlapWords, withMode } from './troubleWords'

interface Props {
  rule: RuleInput
  onChange: (rule: RuleInput, edit?: Edit) => void
  readOnly: boolean
  faults: readonly Fault[]
}

const ages = ['1h', '6h', '1d', '3d', '7d']

/** What happens when runs meet or come late; and what people note about the rule. */
export function Trouble({ rule, onChange, readOnly, faults }: Props) {
  const [shown, setShown] = useState<boolean>()
  const open = shown ?? faults.some((f) => /^(overlap|expireAfter|note|owner|tags)/.test(f.location ?? ''))
  const at = (field: string) => faults.find((f) => f.location === field)?.message
  const Fold = open ? IconChevronDown : IconChevronRight
  const age = rule.expireAfter ?? ''
  return (
    <Joined word="If something goes wrong">
      <Card>
        <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
          <Text>
            {overlapWords(rule.overlap)} {oldWords(rule.expireAfter)}
          </Text>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={open}
            rightSection={<Fold size={16} aria-hidden />}
            onClick={() => setShown(!open)}
            style={{ flex: 'none' }}
          >
            {open ? 'Less' : readOnly ? 'More' : 'Change'}
          </Button>
        </Group>
        <Collapse expanded={open}>
          <Stack gap="md" mt="md" maw={676}>
            <div data-field="overlap">
              <Select
                label="If it is already running"
                data={modes}
                value={modeOf(rule.overlap)}
                onChange={(mode) => mode !== null && onChange(withMode(rule, mode))}
                allowDeselect={false}
                readOnly={readOnly}
                error={at('overlap') ?? at('overlap.mode')}
              />
            </div>
            <div data-field="expireAfter">
              <Select
                label="Too old to matter after"
                description="A run that could not send for so long is skipped."
                data={[
                  { value: '', label: 'Never' },
                  ...[...new Set([...ages, ...(age === '' ? [] : [age])])].map((a) => ({
                    value: a,
                    label: ageText(a),
                  })),
                ]}
                value={age}
                onChange={(next) => {
                  const { expireAfter: _, ...rest } = rule
                  onChange(next ? { ...rest, expireAfter: next } : rest)
                }}
                allowDeselect={false}
                readOnly={readOnly}
                error={at('expireAfter')}
              />
            </div>
            <div data-field="note">
              <Textarea
                label="Note"
                description="Why this rule is there, for whoever comes after you."
                value={rule.note ?? ''}
                onChange={(e) => onChange({ ...rule, note: e.currentTarget.value }, { join: 'note' })}
                autosize
                minRows={2}
                readOnly={readOnly}
                error={at('note')}
              />
            </div>
            <div data-field="owner">
              <TextInput
                label="Owner"
                description="Who to ask about this rule."
                value={rule.owner ?? ''}
                onChange={(e) => onChange({ ...rule, owner: e.currentTarget.value }, { join: 'owner' })}
                readOnly={readOnly}
                error={at('owner')}
              />
            </div>
            <div data-field="tags">
              <TagsInput
                label="Tags"
                value={rule.tags ?? []}
                onChange={(tags) => onChange({ ...rule, tags })}
                readOnly={readOnly}
                error={faults.find((f) => f.location?.startsWith('tags'))?.message}
              />
            </div>
          </Stack>
        </Collapse>
      </Card>
    </Joined>
  )
}
