import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { type ReactNode, useEffect, useEffectEvent } from 'react'
import classes from './CodeField.module.css'
import { useEditor } from './useEditor'

interface Props {
  value: string
  /** Called with the whole text after each edit of the person, not when value changes. */
  onChange: (value: string) => void
  /** What the field is called by those who hear the page. */
  label: string
  /** Keep them stable: new ones set the editor up again. */
  extensions?: Extension
  placeholder?: string
  /** Line breaks cannot be written, and become spaces when they are pasted. */
  singleLine?: boolean
  readOnly?: boolean
  /** In pixels. */
  minHeight?: number
  maxHeight?: number
  invalid?: boolean
  required?: boolean
  /** Ids of what describes the field and of its error. */
  describedBy?: string
  id?: string
  /** In the font of the page: for text that people read. */
  prose?: boolean
  /** Called with the editor once it is there, and with undefined when it goes. */
  onView?: (view: EditorView | undefined) => void
  /** Shown at the end of the field, such as buttons. */
  children?: ReactNode
}

const nothing: Extension = []
// As in any other field in which people write sentences.
const writing = { spellcheck: 'true', autocapitalize: 'sentences', autocorrect: 'on', writingsuggestions: 'true' }

/** A field for code or text with things in it. Tab leaves it. Load it lazily: it brings CodeMirror. */
export function CodeField({
  value,
  onChange,
  label,
  extensions = nothing,
  placeholder = '',
  singleLine = false,
  readOnly = false,
  minHeight = 0,
  maxHeight = 400,
  invalid = false,
  required = false,
  describedBy,
  id,
  prose = false,
  onView,
  children,
}: Props) {
  const { box, view } = useEditor({
    value,
    onChange,
    extensions,
    hint: placeholder,
    oneLine: singleLine,
    readOnly,
    attributes: {
      'aria-label': label,
      ...(id === undefined ? {} : { id }),
      ...(invalid ? { 'aria-invalid': 'true' } : {}),
      ...(required ? { 'aria-required': 'true' } : {}),
      ...(describedBy === undefined || describedBy === '' ? {} : { 'aria-describedby': describedBy }),
      ...(prose && !singleLine ? writing : {}),
      ...(prose ? {} : { dir: 'ltr' }),
    },
  })
  const announce = useEffectEvent((now: EditorView | undefined) => onView?.(now))
  useEffect(() => {
    announce(view)
    return () => announce(undefined)
  }, [view])
  return (
    <div
      className={classes.field}
      data-invalid={invalid || undefined}
      data-readonly={readOnly || undefined}
      data-prose={prose || undefined}
      style={{ '--code-height': `${minHeight}px`, '--code-most': `${maxHeight}px` }}
    >
      <div ref={box} className={classes.editor} />
      {children}
    </div>
  )
}
