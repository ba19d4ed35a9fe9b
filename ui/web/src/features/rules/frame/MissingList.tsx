import { Modal, Stack, Text, UnstyledButton } from '@mantine/core'
import { useRef } from 'react'
import classes from './MissingList.module.css'

/** One thing that is missing, and the way to it. */
export interface Missing {
  readonly message: string
  /** Where it is: "Step 2, Send an email". */
  readonly place: string
  readonly go: () => void
}

interface Props {
  opened: boolean
  onClose: () => void
  list: readonly Missing[]
}

const counts = ['Nothing is', 'One thing is', 'Two things are', 'Three things are', 'Four things are']

/** What keeps the rule from being turned on; each line leads to its field. */
export function MissingList({ opened, onClose, list }: Props) {
  const chosen = useRef<Missing>(undefined)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`${counts[list.length] ?? `${list.length} things are`} missing`}
      returnFocus={false}
      onExitTransitionEnd={() => {
        // Not before the dialog has let go of the focus.
        chosen.current?.go()
        chosen.current = undefined
      }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {list.map((missing) => (
          <li key={`${missing.place} ${missing.message}`}>
            <UnstyledButton
              className={classes.row}
              onClick={() => {
                chosen.current = missing
                onClose()
              }}
            >
              <Text c="var(--pb-accent)">{missing.message}</Text>
              <Text c="dimmed" fz="xs">
                {missing.place}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </Stack>
    </Modal>
  )
}
