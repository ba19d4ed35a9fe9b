import { Modal, Stack, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Fault, RuleInput } from '../edit'
import { actionsQuery } from '../queries'
import { faultPlace } from './faultPlace'
import classes from './MissingList.module.css'

interface Props {
  opened: boolean
  onClose: () => void
  rule: RuleInput
  faults: readonly Fault[]
  onGo: (fault: Fault) => void
}

const counts = ['Nothing is', 'One thing is', 'Two things are', 'Three things are', 'Four things are']

/** What keeps the rule from being turned on; each line leads to its field. */
export function MissingList({ opened, onClose, rule, faults, onGo }: Props) {
  const { data } = useQuery(actionsQuery)
  const chosen = useRef<Fault>(undefined)
  const titleOf = (action: string) => data?.get(action)?.title ?? action
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`${counts[faults.length] ?? `${faults.length} things are`} missing`}
      returnFocus={false}
      onExitTransitionEnd={() => {
        // Not before the dialog has let go of the focus.
        if (chosen.current) onGo(chosen.current)
        chosen.current = undefined
      }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {faults.map((fault) => (
          <li key={`${fault.location} ${fault.message}`}>
            <UnstyledButton
              className={classes.row}
              onClick={() => {
                chosen.current = fault
                onClose()
              }}
            >
              <Text c="var(--pb-accent)">{fault.message}</Text>
              <Text c="dimmed" fz="xs">
                {faultPlace(fault, rule, titleOf)}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </Stack>
    </Modal>
  )
}
