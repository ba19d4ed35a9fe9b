import { Anchor } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'

/** A link to another app's page, in a tab of its own. */
export function OutsideLink({ to, children }: { to: string; children: string }) {
  return (
    <Anchor href={to} target="_blank" rel="noreferrer" underline="always">
      {children} <IconExternalLink size={14} aria-label="(opens in a new tab)" style={{ verticalAlign: '-2px' }} />
    </Anchor>
  )
}
