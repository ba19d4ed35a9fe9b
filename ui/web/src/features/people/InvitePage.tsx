import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { fieldErrors } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FormSkeleton } from '@/components/Loading'
import { EntryCard } from '@/features/auth'
import { NewPassword, passwordFault } from './NewPassword'
import { lookQuery } from './queries'
import { roles } from './roles'
import { useAccept } from './usePeople'

/** What an invite link or a password link opens. */
export function InvitePage() {
  const token = useLocation({ select: (l) => l.hash.replace(/^#/, '') })
  const { data, error, refetch } = useQuery({ ...lookQuery(token), enabled: token !== '' })
  if (token === '') {
    return (
      <EntryCard title="This link is not whole" description="It ends in /invite# and many letters. Copy it once more.">
        <ToSignIn />
      </EntryCard>
    )
  }
  if (error && !data) {
    return (
      <EntryCard title="This link does not work">
        <ErrorAlert error={error} retry={() => void refetch()} />
        <ToSignIn />
      </EntryCard>
    )
  }
  if (!data) {
    return (
      <EntryCard title="Your link">
        <FormSkeleton fields={2} />
      </EntryCard>
    )
  }
  return <Accept token={token} invited={data} />
}

function ToSignIn() {
  return (
    <Button component={Link} to="/sign-in" variant="default">
      Sign in
    </Button>
  )
}

function Accept({ token, invited }: { token: string; invited: Schemas['Invited'] }) {
  const accept = useAccept()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: invited.name, password: '' },
    validate: { password: passwordFault },
  })
  // Signed in, the page must not ask about a link that is used up.
  const [done, setDone] = useState(false)
  const enter = form.onSubmit(({ name, password }) =>
    accept.mutate(
      { token, name: name.trim(), password },
      {
        onSuccess: () => {
          setDone(true)
          void navigate({ to: '/', replace: true })
        },
        onError: (error) => form.setErrors(fieldErrors(error)),
      },
    ),
  )
  const { label, description } = roles[invited.role]
  return (
    <EntryCard
      title={invited.password ? 'Choose a new password' : 'You are invited'}
      description={
        invited.password
          ? 'It takes the place of the old one, and you are signed out elsewhere.'
          : `${label}: ${description}`
      }
    >
      <form onSubmit={enter} noValidate>
        <Stack gap="md">
          <div>
            <Text size="xs" c="dimmed">
              Email, with which you sign in
            </Text>
            <Text fw={500}>{invited.email}</Text>
          </div>
          {/* Password managers store the address with the password. */}
          <input type="hidden" name="username" autoComplete="username" value={invited.email} />
          {!invited.password && <TextInput label="Name" autoComplete="name" {...form.getInputProps('name')} />}
          <NewPassword label="Password" {...form.getInputProps('password')} value={form.values.password} />
          <ErrorAlert error={accept.error} shown={['password', 'name']} />
          <Button type="submit" loading={accept.isPending || done} fullWidth>
            {invited.password ? 'Save and sign in' : 'Accept and sign in'}
          </Button>
        </Stack>
      </form>
    </EntryCard>
  )
}
