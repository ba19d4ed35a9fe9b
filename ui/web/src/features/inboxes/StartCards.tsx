import { Button, Card, Collapse, Group, Select, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Schemas, Tagged } from '@/api/client'
import { CodeBlock } from '@/components/CodeBlock'
import { ErrorAlert } from '@/components/ErrorAlert'
import { type CheckDraft, ConnectForm } from './ConnectForm'
import classes from './StartCards.module.css'
import { addressOf, type Inbox, samplesQuery } from './queries'
import { useSendSample } from './useInbox'
import { useRulesOn } from './useRulesOn'

interface Props {
  box: Tagged<Inbox>
  draft: CheckDraft
  onDraft: (draft: CheckDraft) => void
  started?: boolean
}

/** Ways to let an event arrive; connecting an app stands in the sender check once something came. */
export function StartCards({ box, draft, onDraft, started = false }: Props) {
  return (
    <div className={classes.room}>
      <div className={classes.cards}>
        <SampleCard name={box.value.name} scheme={draft.scheme ?? box.value.verify.scheme} />
        {!started && (
          <Card component="section" aria-labelledby="connect">
            <Stack gap="sm">
              <Title order={2} id="connect">
                Connect a real app
              </Title>
              <ConnectForm box={box} draft={draft} onDraft={onDraft} />
            </Stack>
          </Card>
        )}
        <CommandCard address={addressOf(box.value)} />
      </div>
    </div>
  )
}

function SampleCard({ name, scheme }: { name: string; scheme: string }) {
  const { data, error } = useQuery(samplesQuery)
  const send = useSendSample(name)
  const sendOne = ({ provider, event }: Schemas['SampleInfo']) => send.mutate({ sample: provider, event })
  const rules = useRulesOn(name)
  const all = data?.items ?? []
  const own = all.filter((s) => s.provider === scheme)
  const samples = [...own, ...all.filter((s) => s.provider !== scheme)]
  return (
    <Card component="section" aria-labelledby="sample">
      <Stack gap="sm">
        <Title order={2} id="sample">
          Send a sample
        </Title>
        <Text c="dimmed">A made-up event, marked as a sample. {whoActs(rules?.length)}</Text>
        <Stack gap="xs" align="stretch">
          {samples.slice(0, 3).map((sample) => (
            <Button
              key={`${sample.provider} ${sample.event}`}
              variant="default"
              justify="flex-start"
              classNames={{ label: classes.name }}
              disabled={send.isPending}
              onClick={() => sendOne(sample)}
            >
              {sample.provider === scheme ? sample.title : sampleName(sample)}
            </Button>
          ))}
        </Stack>
        {samples.length > 3 && (
          <Select
            aria-label="More samples"
            placeholder="More…"
            searchable
            value={null}
            data={samples.slice(3).map((sample, i) => ({ value: String(i + 3), label: sampleName(sample) }))}
            onChange={(i) => {
              const sample = i === null ? undefined : samples[Number(i)]
              if (sample) sendOne(sample)
            }}
          />
        )}
        <ErrorAlert error={error ?? send.error} title="The sample could not be sent." />
      </Stack>
    </Card>
  )
}

function whoActs(rules: number | undefined): string {
  if (rules === undefined) return 'Rules that are on will act.'
  if (rules === 0) return 'No rule is on here, so nothing is sent.'
  return rules === 1 ? '1 rule is on: it will act.' : `${rules.toLocaleString()} rules are on: they will act.`
}

/** "Shopify: Order created"; a form is nobody's. */
const sampleName = ({ provider, providerTitle, title }: Schemas['SampleInfo']) =>
  provider === 'form' ? title : `${providerTitle}: ${title}`

function CommandCard({ address }: { address: string }) {
  const [open, { toggle }] = useDisclosure(false)
  const command = `curl -X POST '${address}' -H 'Content-Type: application/json' -d '{"hello":"world"}'`
  return (
    <Card component="section" aria-labelledby="command">
      <Stack gap="sm">
        <Title order={2} id="command">
          From the command line
        </Title>
        <Text c="dimmed">One line that sends an event to this address.</Text>
        <Group>
          <Button variant="default" onClick={toggle} aria-expanded={open}>
            {open ? 'Hide the command' : 'Show the command'}
          </Button>
        </Group>
        <Collapse expanded={open}>
          <CodeBlock code={command} what="the command" wrap />
        </Collapse>
      </Stack>
    </Card>
  )
}
