import { closeCompletion, completionStatus } from '@codemirror/autocomplete'
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
  tooltips,
} from '@codemirror/view'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { appearance } from './appearance'
import { bulkInput } from './bulk'
import { singleLine } from './lines'
import { fromOutside, normalised, takeOver } from './outside'

export interface EditorOptions {
  readonly value: string
  readonly onChange: (value: string) => void
  /** What is behind the field; keep it stable, a new one sets the editor up again. */
  readonly extensions: Extension
  readonly attributes: Readonly<Record<string, string>>
  readonly hint: string
  readonly oneLine: boolean
  readonly readOnly: boolean
}

// Escape closes what is open in the field and nothing around it. Keys with which the
// page moves and previews things are left to the page.
const keys = [
  // Dialogs look at this before they take Escape for themselves.
  EditorView.contentAttributes.of(
    (view): Record<string, string> =>
      completionStatus(view.state) === null ? {} : { 'data-mantine-stop-propagation': 'true' },
  ),
  Prec.highest(keymap.of([{ key: 'Escape', run: closeCompletion, stopPropagation: true }])),
  keymap.of([...historyKeymap, ...standardKeymap]),
]

function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}

const base: Extension = [
  history(),
  drawSelection(),
  dropCursor(),
  highlightSpecialChars(),
  EditorView.lineWrapping,
  appearance,
  bulkInput,
  keys,
]

/** An editor whose value is kept outside. The ref goes on the element that is to hold it. */
export function useEditor(options: EditorOptions) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()
  const [parts] = useState(() => ({ extensions: new Compartment(), setup: new Compartment() }))
  const { value, extensions, attributes, hint, oneLine, readOnly } = options
  const changed = useEffectEvent((text: string) => options.onChange(text))
  const initial = useEffectEvent(() => ({ doc: normalised(value), extensions: parts.extensions.of(extensions) }))

  useEffect(() => {
    if (box.current === null) return
    const { doc, extensions: own } = initial()
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          own,
          parts.setup.of([]),
          base,
          tooltips({ position: 'fixed', parent: document.body }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.every((t) => t.annotation(fromOutside) || !t.docChanged))
              return
            changed(update.state.doc.toString())
          }),
        ],
      }),
    })
    setView(made)
    return () => {
      made.destroy()
      setView(undefined)
    }
  }, [parts])

  useEffect(() => {
    const change = view && takeOver(view.state.doc.toString(), value)
    if (change) view.dispatch(change)
  }, [view, value])

  useEffect(() => {
    view?.dispatch({ effects: parts.extensions.reconfigure(extensions) })
  }, [view, parts, extensions])

  const described = JSON.stringify(attributes)
  useEffect(() => {
    const given = JSON.parse(described) as Record<string, string>
    const setup: Extension[] = [
      EditorView.contentAttributes.of({
        'aria-multiline': String(!oneLine),
        ...(readOnly ? { 'aria-readonly': 'true', tabindex: '0' } : {}),
        ...given,
      }),
      EditorState.readOnly.of(readOnly),
      EditorView.editable.of(!readOnly),
    ]
    if (hint !== '') setup.push(placeholder(hint))
    if (oneLine) setup.push(singleLine)
    view?.dispatch({ effects: parts.setup.reconfigure(setup) })
  }, [view, parts, described, hint, oneLine, readOnly])

  return { box, view }
}
