import { Group, List, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { elapsed, useNow } from '@/components/time'
import { reachOf } from '@/features/auth'
import classes from './Listening.module.css'

const patience = 60_000 // milliseconds without anything, then the likely causes are shown

/** Waits for the first event, in the words of a person who waits beside it. */
export function Listening({ address }: { address: string }) {
  const [since] = useState(() => Date.now())
  const waited = useNow() - since
  return (
    <Stack gap="xs">
      <Group gap="sm" wrap="nowrap">
        <span className={classes.pulse} aria-hidden />
        <Text>
          Listening. Send something to this address. <span className="number">({elapsed(waited)})</span>
        </Text>
      </Group>
      {waited >= patience && <Causes address={address} />}
    </Stack>
  )
}

function Causes({ address }: { address: string }) {
  const reach = reachOf(address)
  const local = reach === 'computer' || reach === 'network'
  return (
    <div role="status">
      <Text>Nothing yet. Usually it is one of these:</Text>
      <List mt={4}>
        <List.Item>The address was pasted with a gap. Copy it again and compare the end of it.</List.Item>
        <List.Item>
          {local
            ? 'This server cannot be reached from outside: the address works only on this computer or in its network.'
            : 'This server cannot be reached from outside. Open the address in a browser on another network to see.'}
        </List.Item>
        <List.Item>The other app has not sent anything. Many have a button that sends a test.</List.Item>
      </List>
    </div>
  )
}
