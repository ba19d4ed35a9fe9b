import { Text } from '@mantine/core'
import { useContact } from '@/api/live'
import { durationText } from '@/components/format'
import { clockText } from '@/components/time'
import classes from './Strip.module.css'

/** Tells when there is no contact with the server, and when it is back. */
export function ContactStrip() {
  const { connection, since, back } = useContact()
  if (connection === 'offline' && since !== undefined) {
    return (
      <Text className={classes.strip} data-role="unsure" role="status" ta="center">
        No contact with Patchbay since {clockText(since)}. Your edits are kept here.
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
