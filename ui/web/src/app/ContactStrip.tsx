import { Text } from '@mantine/core'
import { useContact } from '@/api/live'
import { durationText } from '@/components/format'
import classes from './Strip.module.css'

/** Tells when there is no contact with the server, and when it is back. */
export function ContactStrip() {
  const { connection, since, back } = useContact()
  if (connection === 'offline' && since !== undefined) {
    const at = new Date(since).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    return (
      <Text className={classes.strip} data-role="unsure" role="status" ta="center">
        No contact with Patchbay since {at}. Your edits are kept here.
      </Text>
    )
  }
  if (back === undefined) return null
  return (
    <Text className={classes.strip} data-role="good" role="status" ta="center">
      Back after {durationText(Math.max(1000, Math.round(back / 1000) * 1000))}, nothing missed.
    </Text>
  )
}
