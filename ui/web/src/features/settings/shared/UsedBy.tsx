import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { countText } from '@/components/format'

const most = 3

/** The rules that use something, each a link. */
export function UsedBy({ rules }: { rules: readonly { id: string; name: string }[] | undefined }) {
  if (rules === undefined) return null
  if (rules.length === 0) return <Text c="dimmed">No rule</Text>
  return (
    <Text>
      {rules.slice(0, most).map((rule, i) => (
        <span key={rule.id}>
          {i > 0 && ', '}
          <Anchor component={Link} to={`/rules/${rule.id}`}>
            {rule.name}
          </Anchor>
        </span>
      ))}
      {rules.length > most && ` and ${countText(rules.length - most, 'more rule')}`}
    </Text>
  )
}
