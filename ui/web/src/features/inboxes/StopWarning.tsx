import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Inbox } from './queries'

/** Says that the sender stops, or has stopped, after so many refusals. Nothing while they are few. */
export function StopWarning({ refused }: { refused: Inbox['refused'] }) {
  if (!refused.warning) return null
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
      <Text>{refused.warning}</Text>
      {refused.reason !== '' && <Text mt={4}>The last one: {refused.reason}</Text>}
    </Alert>
  )
}
