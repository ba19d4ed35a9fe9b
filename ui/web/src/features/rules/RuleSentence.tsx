import type { Schemas } from '@/api/client'
import { Sentence } from '@/components/Sentence'

type Part = Schemas['SentencePart']

/** What a rule does, in one sentence, as the server words it. */
export function RuleSentence({ parts }: { parts: readonly Part[] }) {
  return <Sentence parts={parts.map((part) => (part.kind === 'strong' ? { name: part.text } : part.text))} />
}

export const plainSentence = (parts: readonly Part[]): string => parts.map((p) => p.text).join('')
