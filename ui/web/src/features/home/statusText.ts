import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'

/** How Patchbay is doing, in a sentence; `concerns` counts what else to look at. */
export function statusText(
  { problems, checklist }: Pick<Schemas['Overview'], 'problems' | 'checklist'>,
  concerns: number,
) {
  if (problems.open > 0) return `${countText(problems.open, 'problem')} ${problems.open === 1 ? 'needs' : 'need'} you.`
  if (!checklist.rule) return 'Ready. No rule is on yet.'
  if (concerns > 0) return `Rules are working. ${countText(concerns, 'thing')} to look at.`
  return 'Everything works.'
}
