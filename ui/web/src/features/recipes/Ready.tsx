import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AddressLine } from '@/components/AddressLine'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { addressOf, inboxQuery, Listening, recentQuery, stepParts, useInboxNews } from '@/features/inboxes'
import { FirstEvent } from './FirstEvent'
import { PasteSecret } from './PasteSecret'
import { firstOf } from './first'
import { madeQuery, type Recipe } from './queries'
import classes from './recipes.module.css'
import { StepLine } from './StepLine'

interface Props {
  recipe: Recipe
  inbox: string
  rule: string | undefined
}

/** Everything is made: what is left to do in the other app, the wait for the first event, and what became of it. */
export function Ready({ recipe, inbox, rule }: Props) {
  const { data, error, refetch } = useQuery(inboxQuery(inbox))
  const recent = useQuery(recentQuery(inbox))
  const made = useQuery({ ...madeQuery(rule ?? ''), enabled: rule !== undefined })
  useInboxNews()
  if (error) return <ErrorAlert error={error} title="The inbox could not be loaded." retry={() => void refetch()} />
  if (!data) return <CardSkeleton height={240} />
  const address = addressOf(data.value)
  const app = recipe.from.join(', ')
  const first = firstOf(recent.data?.items ?? [], made.data?.createdAt)
  return (
    <Stack gap="md">
      <StepLine recipe={recipe} step="listening" />
      <Card component="section" aria-labelledby="address">
        <Stack gap="sm">
          <Title order={2} id="address">
            The rule is on
          </Title>
          <Text>What is left is to have {app} send to this address.</Text>
          <AddressLine address={address} large primary={first === undefined} />
          {recent.data && first === undefined && <Listening address={address} />}
        </Stack>
      </Card>
      {(data.value.verify.pending || data.value.ledger.held > 0) && <PasteSecret box={data} recipe={recipe} />}
      {first && <FirstEvent recipe={recipe} event={first} rule={rule} />}
      {recipe.sender.length > 0 && first === undefined && (
        <Card component="section" aria-labelledby="set-up">
          <Stack gap="sm">
            <Title order={2} id="set-up">
              Set up {app}
            </Title>
            <ol className={classes.steps}>
              {recipe.sender.map((step) => (
                <li key={step}>{stepParts(step, address).text}</li>
              ))}
            </ol>
          </Stack>
        </Card>
      )}
      <Group>
        {first === undefined && rule && (
          <Button variant="default" component={Link} to={`/rules/${rule}`}>
            Finish without waiting
          </Button>
        )}
        <Button variant="default" component={Link} to={`/inboxes/${inbox}`}>
          Open the inbox
        </Button>
      </Group>
    </Stack>
  )
}
