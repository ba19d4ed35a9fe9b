import { Fragment } from 'react'

/** A piece of a sentence: words as they are, a name that stands out, or a value in quotation marks. */
export type SentencePart = string | { name: string } | { value: string }

/** Draws a sentence of parts. Names and values come from people and payloads: text, never markup. */
export function Sentence({ parts }: { parts: readonly SentencePart[] }) {
  return (
    <span>
      {parts.map((part, i) => (
        // The parts of a sentence have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={i}>{draw(part)}</Fragment>
      ))}
    </span>
  )
}

function draw(part: SentencePart) {
  if (typeof part === 'string') return part
  if ('name' in part) return <strong dir="auto">{part.name}</strong>
  return (
    <>
      “<bdi>{part.value}</bdi>”
    </>
  )
}
