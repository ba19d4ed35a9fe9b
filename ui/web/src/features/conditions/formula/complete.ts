import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { answer, client, type Schemas } from '@/api/client'
import { choiceOf } from '../against'
import type { Asker } from './asker'
import { functionHelp, help } from './help'

type Item = Schemas['CompletionItem']

const kinds: Record<Item['kind'], string> = {
  field: 'property',
  function: 'function',
  operator: 'keyword',
  variable: 'variable',
  step: 'namespace',
  value: 'text',
}

/** Puts an item in; behind the name of a function its brackets, with the caret between them. */
function apply(item: Item) {
  return (view: EditorView, _completion: Completion, _from: number, to: number) => {
    const call = item.kind === 'function' && item.insert.endsWith('(')
    const bracket = view.state.sliceDoc(to, to + 1) === '('
    const insert = call ? (bracket ? item.insert.slice(0, -1) : `${item.insert})`) : item.insert
    const inside = call && !bracket && !item.detail.endsWith('()') ? 1 : 0
    view.dispatch({
      changes: { from: item.from, to, insert },
      selection: { anchor: item.from + insert.length - inside },
      userEvent: 'input.complete',
      scrollIntoView: true,
    })
  }
}

function option(item: Item, asker: Asker): Completion {
  return {
    label: item.label,
    type: kinds[item.kind],
    detail: item.sample !== '' ? item.sample : item.detail,
    apply: apply(item),
    info: async () => {
      const f = item.kind === 'function' ? (await asker.functions()).get(item.label) : undefined
      if (f !== undefined) return functionHelp(f)
      const lines = [{ text: item.name }, { text: item.info, look: 'second' as const }].filter((l) => l.text !== '')
      return lines.length > 0 ? help(lines) : null
    },
  }
}

async function ask(context: CompletionContext, asker: Asker): Promise<CompletionResult | null> {
  const text = context.state.doc.toString()
  const call = new AbortController()
  context.addEventListener('abort', () => call.abort(), { onDocChange: true })
  try {
    const { from, to, items } = await answer(
      client.POST('/api/v1/expressions/complete', {
        body: { ...choiceOf(asker.against()), text, caret: context.pos },
        signal: call.signal,
      }),
    )
    // At the end of something whole nobody wants to be told what else there is.
    if (items.length === 0 || (!context.explicit && from === to && text.slice(0, from).trim() === '')) return null
    return { from, to, options: items.map((item) => option(item, asker)), filter: false }
  } catch {
    return null // typing goes on without help
  }
}

/** Completion of formulas, by the server. */
export function completion(asker: Asker): Extension {
  return autocompletion({
    override: [(context) => ask(context, asker)],
    icons: false,
    activateOnTypingDelay: 120,
    maxRenderedOptions: 100,
  })
}
