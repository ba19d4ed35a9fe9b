import type { ReactNode } from 'react'
import type { Schemas } from '@/api/client'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { Said, saidText } from './Said'
import classes from './VerdictText.module.css'

type Said = Pick<Schemas['Explained'], 'verdict' | 'sentence'>

const roles: Record<Said['verdict'], StatusRole> = { yes: 'good', no: 'neutral', unknown: 'unsure', broken: 'bad' }
const words: Record<Said['verdict'], string> = { yes: 'Yes', no: 'No', unknown: 'Cannot tell', broken: 'Not right' }

interface Props {
  /** Nothing yet: the line is kept free. */
  verdict: Said | undefined
  /** The sentence does not begin with the word by itself, as those on parts. */
  part?: boolean
  /** Instead of a verdict: what is missing or wrong. */
  note?: { role: StatusRole; word?: string; text: string } | undefined
  /** A button that helps. */
  children?: ReactNode
}

/** Icon, word and sentence of a verdict. The line keeps its height whatever it says; a no is calm. */
export function VerdictText({ verdict, part = false, note, children }: Props) {
  const role = note?.role ?? (verdict && roles[verdict.verdict])
  const word = note ? note.word : part && verdict ? words[verdict.verdict] : undefined
  const title = note?.text ?? (verdict && saidText(verdict.sentence))
  return (
    <div className={classes.line} data-part={part || undefined}>
      {role !== undefined && (
        <>
          <StatusIcon role={role} />
          <span className={classes.text} title={title}>
            {word !== undefined && (
              <>
                <span className={classes.word}>{word}</span>{' '}
              </>
            )}
            {note ? note.text : verdict && <Said parts={verdict.sentence} />}
          </span>
          {children}
        </>
      )}
    </div>
  )
}
