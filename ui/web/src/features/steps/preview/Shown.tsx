import { Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { CodeBlock } from '@/components/CodeBlock'
import type { Step } from '../edit'
import { CommandPreview } from './CommandPreview'
import { MailPreview } from './MailPreview'
import { NotePreview } from './NotePreview'
import { RequestPreview } from './RequestPreview'
import { SlackPreview } from './SlackPreview'
import { pretty } from './pretty'

interface Props {
  preview: Schemas['Preview']
  step: Pick<Step, 'connection'>
}

/** A preview as whoever gets it will see it. */
export function Shown({ preview, step }: Props) {
  switch (preview.kind) {
    case 'mail':
      return <MailPreview preview={preview} />
    case 'message':
      return <SlackPreview preview={preview} fixed={preview.to?.[0] === step.connection} />
    case 'request':
      return <RequestPreview preview={preview} />
    case 'note':
      return <NotePreview text={preview.text ?? ''} />
    case 'process':
      return <CommandPreview preview={preview} />
    case 'response':
      return (
        <>
          <Text>The sender gets the answer {preview.text}.</Text>
          {preview.body ? <CodeBlock code={pretty(preview.body)} what="the answer" wrap /> : null}
        </>
      )
    default:
      return <Text>{preview.text}</Text>
  }
}
