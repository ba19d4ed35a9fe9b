import { Stack, Tabs, Text, Title } from '@mantine/core'
import { CodeBlock } from '@/components/CodeBlock'
import { durationText, parseDuration } from '@/components/format'
import { JsonTree } from '@/components/json'
import { fullTime } from '@/components/time'
import type { RunAttempt, RunStep } from './queries'
import { previewText } from './previewText'

interface Props {
  step: RunStep
  number: number
  attempt: RunAttempt
}

/** What one try sent, and what came back. */
export function AttemptDetail({ step, number, attempt }: Props) {
  const { preview, output } = attempt
  const answered = output !== null && output !== undefined
  return (
    <Stack gap="sm">
      <div>
        <Title order={2}>
          Step {number}, try {attempt.number}
          {step.items === undefined ? '' : `, item ${attempt.item + 1}`}
        </Title>
        <Text c="dimmed">
          {fullTime(Date.parse(attempt.startedAt))}, took {durationText(parseDuration(attempt.duration) ?? 0)}
        </Text>
      </div>
      {attempt.error !== '' && (
        <Text fw={500} c="var(--pb-bad)">
          {attempt.error}
        </Text>
      )}
      {attempt.note !== undefined && <Text fw={500}>{attempt.note}</Text>}
      {attempt.uncounted && <Text c="dimmed">The server stopped during this try. It does not count as one.</Text>}
      <Tabs defaultValue={answered || !preview ? 'answer' : 'sent'} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="sent">What was sent</Tabs.Tab>
          <Tabs.Tab value="answer">Answer</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="sent" pt="sm">
          {preview ? (
            <CodeBlock code={previewText(preview)} what="what was sent" wrap />
          ) : (
            <Text c="dimmed">What this try sent is not kept: it was done, or it sends nothing.</Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="answer" pt="sm">
          <Answer output={output} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}

function Answer({ output }: { output: unknown }) {
  if (output === null || output === undefined) return <Text c="dimmed">No answer came.</Text>
  if (typeof output === 'object') return <JsonTree value={output} label="Answer" />
  return <CodeBlock code={typeof output === 'string' ? output : JSON.stringify(output)} what="the answer" wrap />
}
