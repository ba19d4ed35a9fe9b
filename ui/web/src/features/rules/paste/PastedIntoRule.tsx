import { useState } from 'react'
import { type Pasted, PasteOffer, usePasted } from '@/components/pasted'
import type { RuleEdit, RuleInput } from '../edit'
import type { Sample } from '../sample/useSample'
import { requestStep } from './requestStep'

interface Props {
  edit: RuleEdit
  rule: RuleInput
  sample: Sample
  /** Opens a step. */
  onStep: (key: string) => void
}

/** Offers to begin a rule that does nothing yet with what is pasted: a curl command as its step, data as its sample. */
export function PastedIntoRule({ edit, rule, sample, onStep }: Props) {
  const empty = (rule.steps ?? []).length === 0
  const [pasted, setPasted] = useState<Pasted>()
  usePasted(empty, setPasted)
  if (pasted === undefined || !empty) return null
  const drop = () => setPasted(undefined)
  if (pasted.kind === 'data') {
    const take = () => {
      const made = { provider: '', providerTitle: '', event: '', title: 'What you pasted' }
      sample.choose({ builtIn: { ...made, body: pasted.text, contentType: 'application/json' } })
      drop()
    }
    return (
      <PasteOffer take="Use it as the sample" onTake={take} onDrop={drop}>
        You pasted data. Use it to see real fields while you build this rule? It is stored nowhere.
      </PasteOffer>
    )
  }
  const take = () => {
    const step = requestStep(pasted)
    edit.change({ ...edit.read().rule, steps: [step] })
    onStep(step.key)
    drop()
  }
  return (
    <PasteOffer take="Add it as a step" onTake={take} onDrop={drop}>
      You pasted a curl command for <b>{new URL(pasted.url).host}</b>. Send that request whenever the rule runs?{' '}
      {pasted.secrets.length > 0 &&
        `${pasted.secrets.join(', ')} is left out, as it looks secret: put it into a connection.`}
    </PasteOffer>
  )
}
