import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { type Pasted, PasteOffer, usePasted } from '@/components/pasted'
import { useSendSample } from './useInbox'

/** Offers to let what is pasted arrive in an inbox that is empty yet: data, or the request of a curl command. */
export function PastedIntoInbox({ name }: { name: string }) {
  const [pasted, setPasted] = useState<Pasted>()
  const send = useSendSample(name)
  usePasted(true, setPasted)
  const drop = () => {
    send.reset()
    setPasted(undefined)
  }
  if (pasted === undefined) return null
  return (
    <>
      <PasteOffer
        take="Let it arrive"
        busy={send.isPending}
        onTake={() => send.mutate(sampleOf(pasted), { onSuccess: drop })}
        onDrop={drop}
      >
        You pasted {pasted.kind === 'data' ? 'data' : 'a curl command'}. Let it arrive here as a sample?
      </PasteOffer>
      <ErrorAlert error={send.error} title="It did not arrive." />
    </>
  )
}

function sampleOf(pasted: Pasted): Schemas['SampleInput'] {
  if (pasted.kind === 'data')
    return { body: pasted.text, headers: [{ name: 'Content-Type', value: 'application/json' }] }
  const { body, headers, method, url } = pasted
  const known = (['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const).find((m) => m === method)
  return {
    body,
    headers: headers.map(([header, value]) => ({ name: header, value })),
    query: new URL(url).search.slice(1),
    ...(known === undefined ? {} : { method: known }),
  }
}
