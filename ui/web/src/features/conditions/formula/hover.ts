import type { Extension } from '@codemirror/state'
import { hoverTooltip, type Tooltip } from '@codemirror/view'
import { answer, client } from '@/api/client'
import { choiceOf } from '../against'
import type { Asker } from './asker'
import { functionHelp, help, hovering } from './help'

const name = String.raw`[\p{L}_$][\p{L}\p{Nd}_$]*`
const part = String.raw`\??\.${name}|\[(?:-?\d+|"[^"\\]*"|'[^'\\]*')\]`
const path = new RegExp(`${name}(?:${part})*`, 'gu')
const parts = new RegExp(`^${name}|${part}`, 'gu')

/** The field name at a place of a line, up to the end of the part there: the server says whether it is one. */
export function nameAt(line: string, at: number): { from: number; to: number; name: string } | undefined {
  for (const { 0: found, index } of line.matchAll(path)) {
    if (at < index || at > index + found.length) continue
    for (const { 0: text, index: begin } of found.matchAll(parts)) {
      const end = begin + text.length
      if (at > index + end) continue
      return { from: index, to: index + end, name: found.slice(0, end) }
    }
  }
  return undefined
}

const missing = { missing: 'not in this event', waiting: 'this step has not run yet', empty: 'empty' }

async function told(field: string, asker: Asker): Promise<HTMLElement | undefined> {
  const { items } = await answer(
    client.POST('/api/v1/expressions/chips', { body: { ...choiceOf(asker.against()), expressions: [field] } }),
  )
  const chip = items[0]
  if (chip === undefined || chip.state === 'broken') return undefined
  return help([
    { text: chip.label },
    { text: chip.state === 'here' ? chip.value : missing[chip.state], look: chip.state === 'here' ? 'code' : 'second' },
  ])
}

/** Pointing at a field shows its value in the sample, at a function what it does. */
export function hoverHelp(asker: Asker): Extension {
  return hoverTooltip(async (view, pos): Promise<Tooltip | null> => {
    const line = view.state.doc.lineAt(pos)
    const found = nameAt(line.text, pos - line.from)
    if (found === undefined) return null
    try {
      const called = line.text.slice(found.to).trimStart().startsWith('(')
      const f = called ? (await asker.functions()).get(found.name) : undefined
      const content = f === undefined ? await told(found.name, asker) : functionHelp(f)
      if (content === undefined) return null
      const dom = hovering(content)
      return { pos: line.from + found.from, end: line.from + found.to, above: true, create: () => ({ dom }) }
    } catch {
      return null // no contact, no help
    }
  })
}
