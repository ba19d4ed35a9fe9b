import { Fragment } from 'react'
import type { Schemas } from '@/api/client'

type Part = Schemas['SentencePart']

/** A sentence of the server. Names, values and formulas come from people and events: text, never markup. */
export function Said({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, i) => (
    // The parts of a sentence have no identity but their place.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={i}>{drawn(part)}</Fragment>
  ))
}

function drawn({ kind, text }: Part) {
  switch (kind) {
    case 'strong':
      return <strong dir="auto">{text}</strong>
    case 'value':
      return <bdi>{text}</bdi>
    case 'code':
      return <code>{text}</code>
    case 'text':
      return text
  }
}

export const saidText = (parts: readonly Part[]): string => parts.map((p) => p.text).join('')
