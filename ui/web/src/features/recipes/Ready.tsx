import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { AddressLine } from '@/components/AddressLine'
import { CardSkeleton } from '@/components/Loading'
import {
  addressOf,
  inboxQuery,
  Listening,
  RecentEvents,
  recentQuery,
  stepParts,
  useInboxNews,
} from '@/features/inboxes'
import type { Recipe } from './queries'
import classes from './recipes.module.css'

/** Everything is made: what is left to do in the other app, and the wait for the first event. */
export function Ready({ recipe, made }: { recipe: Recipe; made: Schemas['RecipeImport'] }) {
  const { data } = useQuery(inboxQuery(made.inbox))
  const recent = useQuery(recentQuery(made.inbox))
  useInboxNews()
  if (!data) return <CardSkeleton height={240} />
  const address = addressOf(data.value)
  return (
    <Stack gap="md">
      <Card component="section" aria-labelledby="address">
        <Stack gap="sm">
          <Title order={2} id="address">
            The rule is on
          </Title>
          <Text>What is left is to have {recipe.from.join(', ')} send to this address.</Text>
          <AddressLine address={address} large primary />
          {recent.data?.items.length === 0 && <Listening address={address} />}
          {made.pending && (
            <Alert color="yellow" variant="light" title="The sender check is not finished">
              Events are held until it is.{' '}
              <Anchor component={Link} to={`/inboxes/${made.inbox}`}>
                Paste the secret on the page of the inbox
              </Anchor>{' '}
              as soon as you have it.
            </Alert>
          )}
        </Stack>
      </Card>
      {recipe.sender.length > 0 && (
        <Card component="section" aria-labelledby="set-up">
          <Stack gap="sm">
            <Title order={2} id="set-up">
              Set up {recipe.from.join(', ')}
            </Title>
            <ol className={classes.steps}>
              {recipe.sender.map((step) => {
                const { text, showsAddress } = stepParts(step, address)
                return (
                  <li key={step}>
                    {text}
                    {showsAddress && <AddressLine address={address} />}
                  </li>
                )
              })}
            </ol>
          </Stack>
        </Card>
      )}
      <RecentEvents name={made.inbox} />
      <Group>
        {made.changes
          .filter((c) => c.kind === 'rule')
          .map((c) => (
            <Button key={c.name} variant="default" component={Link} to={`/rules/${c.name}`}>
              Open the rule
            </Button>
          ))}
        <Button variant="default" component={Link} to={`/inboxes/${made.inbox}`}>
          Open the inbox
        </Button>
      </Group>
    </Stack>
  )
}
