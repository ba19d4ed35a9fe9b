import { ActionIcon, Button, Group, Menu, VisuallyHidden } from '@mantine/core'
import { IconChevronDown, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/session'
import { showDone } from '@/components/UndoToast'
import type { UseMutationResult } from '@tanstack/react-query'
import type { Run } from './queries'

interface Props {
  run: Run
  retry: UseMutationResult<Schemas['Reference'], Error, Schemas['RetryInput']>
  stop: UseMutationResult<Schemas['Reference'], Error, string>
}

/** Retry with its ways, or Stop while the run goes on. */
export function RunActions({ run, retry, stop }: Props) {
  const may = useMay('change')
  const navigate = useNavigate()
  if (!may) return null
  const active = run.state === 'queued' || run.state === 'running' || run.state === 'waiting'
  if (active) {
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={stop.isPending}
        onClick={() => stop.mutate('')}
      >
        Stop
      </Button>
    )
  }
  if (run.state !== 'failed' && run.state !== 'canceled') return null
  const go = (body: Schemas['RetryInput']) =>
    retry.mutate(body, {
      onSuccess: ({ id }) => {
        showDone(id === run.id ? 'The run goes on.' : 'A new run started.')
        if (id !== run.id) void navigate({ to: '/runs/$id', params: { id } })
      },
    })
  return (
    <Group gap={4} wrap="nowrap">
      <Button
        variant={run.unknown ? 'default' : 'filled'}
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={retry.isPending}
        onClick={() => go({})}
      >
        Retry
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default">
            <IconChevronDown size={16} aria-hidden />
            <VisuallyHidden>Other ways to retry</VisuallyHidden>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Go on at the failed step</Menu.Label>
          <Menu.Item onClick={() => go({ version: 'original' })}>With the rule as it was</Menu.Item>
          <Menu.Item onClick={() => go({ version: 'current' })}>With the rule as it is now</Menu.Item>
          <Menu.Label>Start over: every step is done again</Menu.Label>
          <Menu.Item onClick={() => go({ from: 'start', version: 'original' })}>With the rule as it was</Menu.Item>
          <Menu.Item onClick={() => go({ from: 'start', version: 'current' })}>With the rule as it is now</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
