import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { type Against, useVerdict, VerdictText } from '@/features/conditions'
import { DifferenceList } from '../compare/DifferenceList'
import type { EditState, Published, RuleEdit } from '../edit'
import classes from './TurnOn.module.css'
import { RuleSentence } from '../RuleSentence'
import type { Sample } from '../sample/useSample'

interface Props {
  opened: boolean
  onClose: () => void
  edit: RuleEdit
  state: EditState
  sample: Sample
  against: Against
  /** Where publishing found something in the way. */
  onStopped: (why: Exclude<Published, 'published'>) => void
}

/** Says once more what the rule will do, and lets it. */
export function TurnOn({ opened, onClose, edit, state, sample, against, onStopped }: Props) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { live, conflict, id } = state
  const [running, setRunning] = useState(false)
  const turn = useMutation({
    mutationFn: async (run: boolean) => {
      setRunning(run)
      const was = edit.read().live?.enabled === true
      const came = await edit.publish()
      if (came !== 'published') return { came, was }
      const stored = edit.read().id
      return { came, was, to: run && stored !== undefined ? await runFor(stored, sample) : undefined }
    },
    onSuccess: ({ came, was, to }) => {
      onClose()
      if (came !== 'published') onStopped(came)
      else if (to?.kind === 'nothing')
        showDone('Rule is on. Its conditions said no for this event: nothing was started.')
      else if (to?.kind === 'run') void navigate({ to: '/runs/$id', params: { id: to.id } })
      else if (to?.kind === 'event') void navigate({ to: '/events/$id', params: { id: to.id } })
      else showDone(was ? 'Changes are published.' : 'Rule is on.')
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['rules'] }),
  })
  const deed = live?.enabled ? 'Publish changes' : 'Turn on'
  const builtIn = sample.choice !== undefined && 'builtIn' in sample.choice
  const isSample = builtIn || sample.event?.origin === 'sample'
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={deed}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      onExitTransitionEnd={() => turn.reset()}
    >
      <Stack gap="md">
        <Text fz="md">
          <RuleSentence parts={state.sentence} />
        </Text>
        {live && id !== undefined && (
          <div>
            <Text fw={500}>What changes</Text>
            <DifferenceList before={live} after={state.rule} same="Nothing but that it is on again." />
          </div>
        )}
        {conflict?.kind === 'published' && (
          <Text>Somebody published a change since this edit was begun. What you publish replaces it.</Text>
        )}
        {sample.choice && (
          <SampleNote expression={state.rule.when ?? ''} against={against} what={isSample ? 'sample' : 'event'} />
        )}
        {builtIn && (
          <Text c="dimmed">
            Running it lets the sample arrive in the inbox. Other rules of that inbox that are on will act as well.
          </Text>
        )}
        <ErrorAlert error={turn.error} title="The rule is as it was." />
        <Group justify="flex-end" gap="xs" className={classes.deeds}>
          {sample.choice && (
            <Button
              variant="default"
              loading={turn.isPending && running}
              disabled={turn.isPending}
              onClick={() => turn.mutate(true)}
            >
              {live?.enabled ? 'Publish' : 'Turn on'} and run it for this {isSample ? 'sample' : 'event'}
            </Button>
          )}
          <Button
            loading={turn.isPending && !running}
            disabled={turn.isPending}
            onClick={() => turn.mutate(false)}
            data-autofocus
          >
            {deed}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Says it when running the rule for the sample would do nothing. */
function SampleNote({ expression, against, what }: { expression: string; against: Against; what: string }) {
  const verdict = useVerdict(expression, against)
  if (verdict === undefined || verdict.match) return null
  return (
    <div>
      <VerdictText verdict={verdict} />
      <Text mt={4}>Running it for this {what} would start nothing.</Text>
    </div>
  )
}

type Started = { kind: 'run' | 'event'; id: string } | { kind: 'nothing' }

/** Puts the sample through the rule for real. */
async function runFor(rule: string, { choice, against }: Sample): Promise<Started> {
  if (choice === undefined) return { kind: 'nothing' }
  if ('event' in choice) {
    const params = { path: { id: choice.event } }
    const { runs } = await answer(client.POST('/api/v1/events/{id}/replay', { params, body: { rules: [rule] } }))
    return runs[0] === undefined ? { kind: 'nothing' } : { kind: 'run', id: runs[0] }
  }
  const { provider, event } = choice.builtIn
  const params = { path: { id: against.inbox ?? '' } }
  const { eventId } = await answer(
    client.POST('/api/v1/inboxes/{id}/send', { params, body: { sample: provider, event } }),
  )
  return eventId === '' ? { kind: 'nothing' } : { kind: 'event', id: eventId }
}
