import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { usePerson } from '@/api/person'
import { TimeAgo } from '@/components/TimeAgo'
import { checkText, type Inbox, inboxChangeQuery } from './queries'

interface Props {
  /** As it is stored now. */
  box: Inbox
  onMine: () => void
  onTheirs: () => void
}

/** Somebody else changed the sender check while it was edited: nothing is lost, the person chooses. */
export function CheckConflict({ box, onMine, onTheirs }: Props) {
  const person = usePerson()
  const { data } = useQuery(inboxChangeQuery(box))
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconUsers aria-hidden />}
      role="alert"
      title={`${data?.by ? person(data.by) : 'Somebody else'} changed this sender check`}
    >
      <Text>
        It was changed <TimeAgo at={box.updatedAt} />, after you began, and is now: {checkText(box)}. Nothing of yours
        is saved yet; it is still in the fields here.
      </Text>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" onClick={onMine}>
          Go on with mine
        </Button>
        <Button size="xs" variant="default" onClick={onTheirs}>
          Use the stored one
        </Button>
      </Group>
    </Alert>
  )
}

/** Whether two states of an inbox check senders alike, as far as the page can know. */
export const sameCheck = (a: Inbox, b: Inbox): boolean => JSON.stringify(a.verify) === JSON.stringify(b.verify)
