import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { sessionQuery, useSignIn } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { EntryCard } from './EntryCard'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { to } = route.useSearch()
  const router = useRouter()
  const signIn = useSignIn()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (text) => (text.trim() === '' ? 'Type your email address.' : null),
      password: (text) => (text === '' ? 'Type your password.' : null),
    },
  })
  const goOn = () => void router.navigate({ href: to ?? '/', replace: true })
  const enter = form.onSubmit(({ email, password }) =>
    signIn.mutate({ email: email.trim(), password }, { onSuccess: goOn }),
  )
  // Somebody may sign in in another tab: whoever comes back to this one need not do it again.
  const { data: session } = useQuery(sessionQuery)
  const signedIn = useEffectEvent(goOn)
  useEffect(() => {
    if (session) signedIn()
  }, [session])
  return (
    <EntryCard title="Sign in">
      <form onSubmit={enter} noValidate>
        <Stack gap="md">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <ErrorAlert error={signIn.error} />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            Password forgotten? Ask an administrator to set a new one.
          </Text>
        </Stack>
      </form>
    </EntryCard>
  )
}
