import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'

/** Rules by name, each with the way to it; ends with a full stop. */
export function RuleLinks({ rules }: { rules: readonly { id: string; name: string }[] }) {
  return rules.map((rule, i) => {
    const to: string = `/rules/${rule.id}`
    return (
      <span key={rule.id}>
        <Anchor component={Link} to={to} underline="always">
          <bdi>{rule.name}</bdi>
        </Anchor>
        {i < rules.length - 1 ? ', ' : '.'}
      </span>
    )
  })
}
