import { VisuallyHidden } from '@mantine/core'

/** A secret that is set: its last four characters at most. */
export function MaskedSecret({ last4 = '' }: { last4?: string }) {
  const end = last4.slice(-4)
  return (
    <span className="mono" style={{ flex: 'none', whiteSpace: 'nowrap' }}>
      <span aria-hidden="true">••••••{end}</span>
      <VisuallyHidden>{end === '' ? 'Set, hidden' : `Hidden, ends in ${end}`}</VisuallyHidden>
    </span>
  )
}
