import type { Schemas } from '@/api/client'
import type { SentencePart } from '@/components/Sentence'
import type { Step } from '../edit'

interface About {
  step: Step
  preview: Schemas['StepPreview'] | undefined
  /** Mail goes to this address instead of to its recipients. */
  toMe: string | undefined
  /** What people call the connection. */
  connection: string | undefined
}

/** What a test will really do, said before it does. */
export function testWarning({ step, preview, toMe, connection }: About): SentencePart[] {
  const to = preview?.to ?? []
  if (preview === undefined) return whatever
  switch (preview.kind) {
    case 'mail':
      if (toMe !== undefined) return ['Sends a real mail to ', { name: toMe }, ' alone, not to its recipients.']
      return ['Sends a real mail to ', { name: to.join(', ') }, '.']
    case 'message':
      return to[0] === step.connection
        ? ['Sends a real message to the channel of ', { name: connection ?? '' }, '.']
        : ['Sends a real message to ', { name: to[0] ?? '' }, '.']
    case 'request':
      return ['Sends a real request to ', { name: hostOf(preview.url ?? '') }, '.']
    case 'process':
      return ['Really runs ', { name: preview.argv?.[0]?.split('/').at(-1) ?? '' }, ' on this server.']
    case 'note':
      return ['Does what a run would do. A note stays within Patchbay.']
    default:
      return whatever
  }
}

const whatever: SentencePart[] = ['Does this step once, for real.']

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)
