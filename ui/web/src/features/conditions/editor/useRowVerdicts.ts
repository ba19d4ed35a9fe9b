import { useState } from 'react'
import type { Schemas } from '@/api/client'
import type { Against } from '../against'
import type { Snapshot } from '../tree/conversion'
import { judged, useVerdictNow, type Verdict } from '../useVerdict'

type Verdicts = ReadonlyMap<string, Schemas['NodeVerdict']>

interface Findings {
  whole: Verdict | undefined
  /** There is no event to judge on. */
  noEvent: boolean
  verdicts: Verdicts
}

const none: Findings = { whole: undefined, noEvent: false, verdicts: new Map() }

/** The verdict of the whole and of each row. While a change is being judged the ones before it stay. */
export function useRowVerdicts({ condition, expression, names }: Snapshot, against: Against): Findings {
  const { data } = useVerdictNow(expression, against, condition !== undefined)
  const [last, setLast] = useState<{ data: unknown; names: unknown; findings: Findings }>()
  const fresh = data !== undefined && data.of === expression
  if (fresh && (last?.data !== data || last.names !== names)) {
    const findings = judged(data, against) ? found(data, names) : { ...none, noEvent: true }
    setLast({ data, names, findings })
    return findings
  }
  return last?.findings ?? none
}

function found(whole: Verdict, names: Snapshot['names']): Findings {
  const verdicts = new Map<string, Schemas['NodeVerdict']>()
  for (const node of whole.nodes) {
    const key = names.get(node.id)
    if (key !== undefined) verdicts.set(key, node)
  }
  return { whole, noEvent: false, verdicts }
}
