import { Group, Radio, Stack, Text } from '@mantine/core'
import { ProviderTile } from '@/components/ProviderTile'
import type { ConnectionType } from './queries'
import classes from './KindCards.module.css'
import { categoryOf, summaryOf } from './words'

interface Props {
  kinds: readonly ConnectionType[]
  value: string | undefined
  onChange: (type: string) => void
}

/** What can be connected, as cards of which one is chosen. */
export function KindCards({ kinds, value, onChange }: Props) {
  return (
    <Radio.Group label="What do you want to connect?" value={value ?? null} onChange={onChange}>
      <Stack gap="xs" mt={4}>
        {kinds.map((kind) => (
          <Radio.Card key={kind.type} value={kind.type} className={classes.card} aria-label={kind.title}>
            <Group wrap="nowrap" gap="sm" align="flex-start">
              <Radio.Indicator mt={4} />
              <ProviderTile name={kind.title} category={categoryOf(kind.type)} />
              <div>
                <Text fw={500}>{kind.title}</Text>
                <Text c="dimmed">{summaryOf(kind)}</Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  )
}
