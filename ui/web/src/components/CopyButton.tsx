import { ActionIcon, Button, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { copyText, notCopied } from './copyText'
import { showDone } from './UndoToast'

const lasts = 1500 // milliseconds

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
  const [copied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    const done = await copyText(value)
    if (!done) showDone(notCopied)
    clearTimeout(timer.current)
    setCopied(done)
    timer.current = setTimeout(() => setCopied(false), lasts)
  }
  const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
  if (large) {
    return (
      <Button
        leftSection={icon}
        onClick={() => void copy()}
        variant={primary ? 'filled' : 'default'}
        miw={104}
        style={{ flex: 'none' }}
      >
        {copied ? 'Copied' : 'Copy'}
        <VisuallyHidden> {what}</VisuallyHidden>
      </Button>
    )
  }
  return (
    <ActionIcon onClick={() => void copy()} title={`Copy ${what}`}>
      {icon}
      <VisuallyHidden>Copy {what}</VisuallyHidden>
      <VisuallyHidden aria-live="polite">{copied ? ` Copied ${what}` : ''}</VisuallyHidden>
    </ActionIcon>
  )
}
