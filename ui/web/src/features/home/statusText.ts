import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'

/** How Patchbay is doing, in a sentence or two. */
export function statusText({ problems, today }: Pick<Schemas['Overview'], 'problems' | 'today'>): string {
  const sent = `${countText(today.runs.sent, 'message')} sent today.`
  if (problems.open === 0) return `Everything works. ${sent}`
  const verb = problems.open === 1 ? 'needs' : 'need'
  return `${countText(problems.open, 'problem')} ${verb} you. ${sent}`
}
