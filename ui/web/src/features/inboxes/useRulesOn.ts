import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { rulesQuery } from '@/features/rules'

/** The rules that act on what comes into an inbox; undefined as long as it is not known. */
export function useRulesOn(inbox: string): Schemas['Rule'][] | undefined {
  return useQuery(rulesQuery).data?.filter(
    (rule) => rule.enabled && rule.version > 0 && (rule.inbox === inbox || rule.inboxes?.includes(inbox)),
  )
}
