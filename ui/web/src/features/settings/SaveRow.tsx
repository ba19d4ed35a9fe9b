import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Saved } from '@/components/Saved'
import type { SettingsForm } from './useSettingsForm'

interface Props<V> {
  of: SettingsForm<V>
  /** What the fields are called, by their name; for errors and conflicts. */
  names: Readonly<Record<string, string>>
  /** More buttons beside it. */
  children?: ReactNode
}

/** The foot of a form of settings: button, "Saved" for a moment, and what went wrong. */
export function SaveRow<V>({ of, names, children }: Props<V>) {
  const changed = of.changedElsewhere.map((field) => names[field] ?? field)
  return (
    <Stack gap="sm">
      {changed.length > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
          <Text>
            Somebody else changed this while the page was open: {changed.join(', ')}. What you typed is still here.
          </Text>
          <Group gap="xs" mt="xs">
            <Button variant="default" onClick={of.saveMine} loading={of.saving}>
              Save mine
            </Button>
            <Button variant="default" onClick={of.takeTheirs}>
              Use theirs
            </Button>
          </Group>
        </Alert>
      )}
      <ErrorAlert error={of.error} title="Not saved." shown={Object.keys(names)} />
      <Group gap="sm">
        <Button type="submit" loading={of.saving}>
          Save
        </Button>
        {children}
        <Saved at={of.savedAt} />
      </Group>
    </Stack>
  )
}
