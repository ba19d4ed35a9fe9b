import { IconNote } from '@tabler/icons-react'
import classes from './preview.module.css'

/** A note as it stands with the run. */
export function NotePreview({ text }: { text: string }) {
  return (
    <div className={classes.note}>
      <IconNote size={18} aria-hidden="true" />
      <div className={classes.written} dir="auto">
        {text}
      </div>
    </div>
  )
}
