import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './Joined.module.css'

interface Props {
  /** The word that begins this part of the sentence: When, Only if, Then. */
  word: string
  /** What a fault's location begins with, where it leads here. */
  field?: string
  children: ReactNode
}

/** One part of the rule; a line joins it with the next one, so that all of them read as a sentence. */
export function Joined({ word, field, children }: Props) {
  const id = useId()
  return (
    <section className={classes.part} aria-labelledby={id} data-field={field}>
      <Title order={2} id={id} className={classes.word}>
        {word}
      </Title>
      <div className={classes.body}>{children}</div>
    </section>
  )
}
