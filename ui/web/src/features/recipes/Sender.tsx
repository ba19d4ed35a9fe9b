import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Dispatch, SetStateAction } from 'react'
import { baseAddress } from '@/api/address'
import { AddressLine } from '@/components/AddressLine'
import { reachOf } from '@/features/auth'
import { stepParts } from '@/features/inboxes'
import { addressAhead, asked, type Filled, inboxInput, partOf } from './answers'
import { InputField } from './InputField'
import type { Recipe } from './queries'
import classes from './recipes.module.css'

interface Props {
  recipe: Recipe
  filled: Filled
  onChange: Dispatch<SetStateAction<Filled>>
  errors: Readonly<Record<string, string>>
}

/** The app that sends: its address stands before anything is made, so that address and secret can come in either order. */
export function Sender({ recipe, filled, onChange, errors }: Props) {
  const inputs = asked(recipe, filled).filter((i) => partOf(recipe, i) === 'sender')
  const input = inboxInput(recipe)
  const reuses = input !== undefined && Boolean(filled.reuse[input.name])
  const address = addressAhead(recipe, filled, baseAddress)
  const app = recipe.from.join(', ')
  return (
    <Stack gap="md">
      {!reuses && <NotPublic app={app} address={address} />}
      {inputs
        .filter((i) => i.type === 'inbox')
        .map((i) => (
          <InputField key={i.name} {...{ recipe, filled, onChange }} input={i} error={errors[`inputs.${i.name}`]} />
        ))}
      {!reuses && (
        <>
          <Stack gap={4}>
            <Text fw={500}>The address that {app} will send to</Text>
            <AddressLine address={address} large />
            <Text c="dimmed" fz="xs">
              You can enter it in {app} now. It begins to receive when you press Create and turn on.
            </Text>
          </Stack>
          {recipe.sender.length > 0 && (
            <ol className={classes.steps} aria-label={`Set up ${app}`}>
              {recipe.sender.map((step) => (
                <li key={step}>{stepParts(step, address).text}</li>
              ))}
            </ol>
          )}
        </>
      )}
      {inputs
        .filter((i) => i.type !== 'inbox')
        .map((i) => (
          <InputField key={i.name} {...{ recipe, filled, onChange }} input={i} error={errors[`inputs.${i.name}`]} />
        ))}
    </Stack>
  )
}

/** The address cannot be reached, or not safely: both ways out of that. */
function NotPublic({ app, address }: { app: string; address: string }) {
  const reach = reachOf(address)
  const secure = address.startsWith('https:')
  if (reach === 'public' && secure) return null
  const base = new URL(address).origin
  return (
    <Alert color="red" variant="light" title={`${app} cannot reach ${base}.`}>
      <Text>
        {reach === 'public'
          ? 'Most apps send only to an address that starts with https.'
          : 'It needs an address that starts with https and that the internet can reach. An app on this computer or in its network can use this one.'}
      </Text>
      <Group gap="sm" mt="xs">
        <Button size="xs" variant="default" component={Link} to="/settings/address" {...{ hash: 'domain' }}>
          I have a domain
        </Button>
        <Anchor component={Link} to="/settings/address" {...{ hash: 'tunnel' }} underline="always">
          Get a public address now
        </Anchor>
      </Group>
    </Alert>
  )
}
