import { Radio, Text } from '@mantine/core'
import { ProviderTile } from '@/components/ProviderTile'
import type { ConnectionType } from './queries'
import classes from './KindCards.module.css'
import { categoryOf, inOrder, summaryOf } from './words'

interface Props {
  kinds: readonly ConnectionType[]
  value: string | undefined
  onChange: (type: string) => void
}

/** What can be connected, as cards of which one is chosen. Then they make room for its form. */
export function KindCards({ kinds, value, onChange }: Props) {
  return (
    <Radio.Group label="What do you want to connect?" value={value ?? null} onChange={onChange}>
      <div className={classes.cards} data-chosen={value !== undefined || undefined}>
        {inOrder(kinds).map((kind) => (
          <Radio.Card key={kind.type} value={kind.type} className={classes.card} aria-label={kind.title}>
            <Radio.Indicator className={classes.mark} />
            <ProviderTile name={kind.title} category={categoryOf(kind.type)} />
            <div>
              <Text fw={500}>{kind.title}</Text>
              {value === undefined && <Text c="dimmed">{summaryOf(kind)}</Text>}
            </div>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
