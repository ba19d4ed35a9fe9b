import { forceLinting } from '@codemirror/lint'
import { bracketMatching } from '@codemirror/language'
import type { EditorView } from '@codemirror/view'
import { Input } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useLayoutEffect, useState } from 'react'
import type { Schemas } from '@/api/client'
import { CodeField } from '@/components/code'
import type { Against } from '../against'
import { Asker } from './asker'
import { completion } from './complete'
import { hoverHelp } from './hover'
import { expressionLanguage } from './language'
import { underlining } from './lint'

interface Props {
  label: string
  expression: string
  onChange: (expression: string) => void
  against: Against
  /** What the server found wrong with it when it was saved. */
  faults?: readonly Schemas['ProblemField'][]
  readOnly?: boolean
  /** In pixels. */
  minHeight?: number
  description?: string
}

const noFaults: readonly Schemas['ProblemField'][] = []

/** An expression as text, with completion, values on pointing, and faults where they are. */
export function FormulaField({
  label,
  expression,
  onChange,
  against,
  faults = noFaults,
  readOnly = false,
  minHeight = 96,
  description,
}: Props) {
  const id = useId()
  const queries = useQueryClient()
  const [asker] = useState(() => new Asker(queries, against))
  useLayoutEffect(() => asker.turnTo(against), [asker, against])
  const [view, setView] = useState<EditorView>()
  const [found, setFound] = useState<readonly string[]>()
  const [extensions] = useState(() => [
    expressionLanguage,
    bracketMatching(),
    completion(asker),
    hoverHelp(asker),
    underlining(asker, setFound),
  ])
  // Whether a name is known depends on where the formula stands.
  const scope = JSON.stringify(against.scope)
  useEffect(() => {
    if (view && scope !== '') forceLinting(view)
  }, [view, scope])
  const messages = [...new Set([...(found ?? []), ...(found?.length ? [] : faults.map((f) => f.message))])]
  return (
    <div>
      <Input.Label labelElement="div" onClick={() => view?.focus()}>
        {label}
      </Input.Label>
      {description !== undefined && (
        <Input.Description id={`${id}-about`} mb={4}>
          {description}
        </Input.Description>
      )}
      <CodeField
        value={expression}
        onChange={onChange}
        label={label}
        extensions={extensions}
        minHeight={minHeight}
        readOnly={readOnly}
        invalid={messages.length > 0}
        describedBy={[description !== undefined && `${id}-about`, messages.length > 0 && `${id}-faults`]
          .filter(Boolean)
          .join(' ')}
        onView={setView}
      />
      <div id={`${id}-faults`} aria-live="polite">
        {messages.map((message) => (
          <Input.Error key={message} mt={4}>
            {message}
          </Input.Error>
        ))}
      </div>
    </div>
  )
}
