import type { SentencePart } from '@/components/Sentence'
import { durationText, parseDuration } from '@/components/format'
import type { ActionSpec } from './actions'
import type { Step } from './edit'

const longest = 60

/** What a step does, in the words of its action: "Send a Slack message to #orders". */
export function stepSentence(spec: ActionSpec | undefined, step: Step): SentencePart[] {
  if (spec === undefined) return [`This Patchbay has no action "${step.action}"`]
  const parts: SentencePart[] = []
  // What stands in [ ] is left out where the setting in it is empty.
  for (const [, plain = '', inner] of (spec.phrase || spec.title).matchAll(/([^[]*)(?:\[([^\]]*)\])?/g)) {
    parts.push(...(settings(plain, step) ?? []))
    if (inner !== undefined) parts.push(...(settings(inner, step) ?? []))
  }
  const [first, ...rest] = parts.filter((p) => p !== '')
  return typeof first === 'string' ? [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest] : parts
}

function settings(text: string, step: Step): SentencePart[] | undefined {
  const parts: SentencePart[] = []
  let at = 0
  for (const match of text.matchAll(/\{(\w+)(?:\|(\w+))?\}/g)) {
    const shown = settingText(step.with?.[match[1] ?? ''], match[2])
    if (shown === '') return undefined
    parts.push(text.slice(at, match.index), { name: shown })
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  return parts
}

function settingText(value: unknown, form: string | undefined): string {
  if (Array.isArray(value)) {
    const shown = value.map((v) => settingText(v, form)).filter(Boolean)
    if (form === 'program') return shown[0] ?? ''
    return shown.length > 2 ? `${shown.slice(0, 2).join(', ')}, ${shown.length - 2} more` : shown.join(', ')
  }
  if (typeof value !== 'string') return ''
  const text = plainText(value)
  if (form === 'condition') return text === '' ? '' : 'its condition is true'
  if (form === 'duration') {
    const milliseconds = parseDuration(text)
    return milliseconds === undefined ? text : durationText(milliseconds)
  }
  if (form === 'program') return cut(text.split('/').at(-1) ?? text)
  if (form === 'host') return cut(URL.canParse(text) ? new URL(text).hostname : text)
  return cut(text)
}

/** What a step says, as a line: the subject of a mail, or a text. */
export function contentText({ with: given }: Step): string {
  const text = given?.['subject'] ?? given?.['text']
  return typeof text === 'string' ? cut(plainText(text).replaceAll(/(^|\s)\*(\S[^*]*)\*/g, '$1$2')) : ''
}

/** A text with fields as a line for people: a field becomes its name, a formula "…". */
export function plainText(text: string): string {
  return text
    .replaceAll(/\{\{(?!\{)\s*(.*?)\s*\}\}/gs, (_, inside: string) => fieldName(inside))
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function fieldName(expression: string): string {
  const last = /^[A-Za-z_][\w.[\]"-]*?([A-Za-z_][\w-]*)"?\]?$/.exec(expression)?.[1]
  if (last === undefined) return '…'
  const words = last
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

const cut = (text: string): string => {
  const letters = Array.from(text)
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text
}
