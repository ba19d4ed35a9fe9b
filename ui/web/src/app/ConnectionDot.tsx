import { Tooltip } from '@mantine/core'
import { type Connection, useContact } from '@/api/live'
import classes from './ConnectionDot.module.css'

const words: Record<Connection, { word: string; detail: string }> = {
  live: { word: 'Live', detail: 'What happens appears here at once.' },
  reconnecting: { word: 'Reconnecting', detail: 'Contact was lost just now. Trying again.' },
  offline: { word: 'Offline', detail: 'No contact with Patchbay. What you see may be old.' },
}

/** How the page stands with the server: shape, colour and word. */
export function ConnectionDot() {
  const { connection } = useContact()
  const { word, detail } = words[connection]
  return (
    <Tooltip label={detail}>
      <span className={classes.connection} data-connection={connection} tabIndex={0} role="status">
        <span className={classes.dot} aria-hidden />
        <span className={classes.word}>{word}</span>
      </span>
    </Tooltip>
  )
}
