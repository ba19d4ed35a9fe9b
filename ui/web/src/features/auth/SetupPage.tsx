import { Button, Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { fieldErrors, ProblemError } from '@/api/problem'
import { setupQuery, useSetup } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { EntryCard } from './EntryCard'
import { passwordStrength } from './password'

/** The first run: what the set-up link opens. */
export function SetupPage() {
  const { data } = useSuspenseQuery(setupQuery)
  const token = useLocation({ select: (l) => new URLSearchParams(l.hash).get('token') })
  if (!data.needed) {
    return (
      <EntryCard
        title="Patchbay is set up already"
        description="The set-up link works once. Sign in with the account that was made with it."
      >
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </EntryCard>
    )
  }
  return token ? <AccountForm token={token} /> : <NeedsLink />
}

function NeedsLink() {
  return (
    <EntryCard title="Open the set-up link" description="Patchbay runs, and nobody has an account yet.">
      <Text>
        When the server started, it printed a link that ends in <Code>/setup#token=…</Code>. Open that link to make your
        account. Each start of the server prints a new one.
      </Text>
    </EntryCard>
  )
}

function AccountForm({ token }: { token: string }) {
  const setup = useSetup()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      email: (text) => (text.trim() === '' ? 'Type your email address.' : null),
      password: (text) => (passwordStrength(text).level === 0 ? 'Use at least 8 characters.' : null),
    },
  })
  const create = form.onSubmit(({ name, email, password }) =>
    setup.mutate(
      { token, name: name.trim(), email: email.trim(), password },
      {
        onSuccess: () => void navigate({ to: '/welcome', replace: true }),
        onError: (error) => form.setErrors(fieldErrors(error)),
      },
    ),
  )
  const old = setup.error instanceof ProblemError && setup.error.field('token') !== undefined
  return (
    <EntryCard
      title="Welcome. Make your account."
      description="It administers this Patchbay. You can invite others later."
    >
      <form onSubmit={create} noValidate>
        <Stack gap="md">
          <TextInput label="Name" autoComplete="name" autoFocus {...form.getInputProps('name')} />
          <TextInput label="Email" type="email" autoComplete="username" {...form.getInputProps('email')} />
          <PasswordInput
            label="Password"
            description={
              form.values.password === '' ? 'At least 8 characters' : passwordStrength(form.values.password).words
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            {...form.getInputProps('password')}
          />
          {old ? (
            <ErrorAlert
              error={
                new ProblemError({
                  status: 403,
                  detail: 'This set-up link no longer works. Start the server again: it prints a new one.',
                })
              }
            />
          ) : (
            <ErrorAlert error={setup.error} shown={['email', 'password', 'name']} />
          )}
          <Button type="submit" loading={setup.isPending} fullWidth>
            Create account
          </Button>
        </Stack>
      </form>
    </EntryCard>
  )
}
