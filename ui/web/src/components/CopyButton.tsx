import { ActionIcon, Button, CopyButton as Copy, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

interface Props {
  /** Exactly what is shown. */
  value: string
  /** What is copied, for people who hear the page: "the address". */
  what: string
  /** A button with the word Copy instead of the icon alone. */
  large?: boolean
  /** The page's one filled button. */
  primary?: boolean
}

/** Copies, and shows a tick for a moment without changing its size. */
export function CopyButton({ value, what, large = false, primary = false }: Props) {
  return (
    <Copy value={value} timeout={1500}>
      {({ copied, copy }) => {
        const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
        const heard = <VisuallyHidden aria-live="polite">{copied ? ` Copied ${what}` : ''}</VisuallyHidden>
        return large ? (
          <Button
            leftSection={icon}
            onClick={copy}
            variant={primary ? 'filled' : 'default'}
            miw={104}
            style={{ flex: 'none' }}
          >
            {copied ? 'Copied' : 'Copy'}
            <VisuallyHidden> {what}</VisuallyHidden>
          </Button>
        ) : (
          <ActionIcon onClick={copy} title={`Copy ${what}`}>
            {icon}
            <VisuallyHidden>Copy {what}</VisuallyHidden>
            {heard}
          </ActionIcon>
        )
      }}
    </Copy>
  )
}
