import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors } from '@/api/problem'
import { useSession } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { SettingsPage } from '@/features/settings'
import { NewPassword, passwordFault } from './NewPassword'
import { nameOf } from './queries'
import { roles } from './roles'
import { useChangePassword } from './usePeople'

/** Who is signed in, and their password. */
export function AccountPage() {
  const { user, who, role } = useSession()
  return (
    <SettingsPage title="Your account" description="What you are here, and your password.">
      <Stack gap="md" maw={560}>
        <Card component="section" aria-label="You">
          <Text fw={500}>
            <bdi>{user ? nameOf(user) : who}</bdi>
          </Text>
          <Text c="dimmed">{who}</Text>
          <Text mt="xs">
            {roles[role].label}. {roles[role].description}
          </Text>
        </Card>
        <Card component="section" aria-labelledby="password">
          <Title order={2} id="password" mb="sm">
            Password
          </Title>
          <PasswordForm />
        </Card>
      </Stack>
    </SettingsPage>
  )
}

function PasswordForm() {
  const change = useChangePassword()
  const form = useForm({
    mode: 'controlled',
    initialValues: { current: '', new: '' },
    validate: {
      current: (text) => (text === '' ? 'Type your present password.' : null),
      new: passwordFault,
    },
  })
  const save = form.onSubmit((values) =>
    change.mutate(values, {
      onSuccess: () => {
        form.reset()
        showDone('Your password is changed. You are signed out everywhere else.')
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  )
  return (
    <form onSubmit={save} noValidate>
      <Stack gap="md">
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the present password' }}
          {...form.getInputProps('current')}
        />
        <NewPassword label="New password" {...form.getInputProps('new')} value={form.values.new} />
        <ErrorAlert error={change.error} title="The password is not changed." shown={['current', 'new']} />
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
