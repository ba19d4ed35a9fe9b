import type { Fault, RuleInput } from '../edit'

const names: Record<string, string> = {
  name: 'Name',
  inbox: 'When',
  inboxes: 'When',
  when: 'Only if',
  steps: 'Then',
  overlap: 'If something goes wrong',
  expireAfter: 'If something goes wrong',
  note: 'Note',
  owner: 'Owner',
  tags: 'Tags',
}

/** The step that a fault is in, as its place in the rule; undefined when it is in none. */
export function stepOf({ location = '' }: Fault): number | undefined {
  const place = /^(?:body\.)?steps\[(\d+)\]/.exec(location)?.[1]
  return place === undefined ? undefined : Number(place)
}

/** Where a fault is, in words: "Step 2, Send an email". */
export function faultPlace(fault: Fault, rule: RuleInput, titleOf: (action: string) => string): string {
  const place = stepOf(fault)
  if (place === undefined) return names[/^(?:body\.)?(\w*)/.exec(fault.location ?? '')?.[1] ?? ''] ?? ''
  const step = rule.steps?.[place]
  return step ? `Step ${place + 1}, ${step.name || titleOf(step.action)}` : `Step ${place + 1}`
}

const focusable = 'input, textarea, select, button, [contenteditable="true"], [tabindex="0"]'

/** Leads to the field of a fault. False when it is not on the page yet. */
export function focusField(location: string, root: ParentNode = document): boolean {
  let name = location.replace(/^body\./, '')
  for (;;) {
    const field = root.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`)
    const target =
      field?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? field?.querySelector<HTMLElement>(focusable)
    if (target) {
      target.scrollIntoView({ block: 'center' })
      target.focus({ preventScroll: true })
      return true
    }
    const shorter = name.replace(/[.[][^.[]*$/, '')
    if (shorter === name || shorter === '') return false
    name = shorter
  }
}
