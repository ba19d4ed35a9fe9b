import { Card, Group, Stack, Text, Title } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { Sentence } from '@/components/Sentence'
import { StatusBadge } from '@/components/StatusBadge'
import { ShownPreview } from '@/features/steps'
import classes from './recipes.module.css'

interface Props {
  preview: Schemas['RecipePreview'] | undefined
  error: Error | null
  behind: boolean
}

/** What would become of the recipe's samples with the answers given so far. */
export function Trial({ preview, error, behind }: Props) {
  if (error !== null) return <ErrorAlert error={error} title="There is no preview." />
  if (preview === undefined) return <CardSkeleton height={240} />
  return (
    <Stack gap="md" aria-busy={behind}>
      <Card component="section" aria-labelledby="preview">
        <Stack gap="sm">
          <Group justify="space-between" gap="xs">
            <Title order={2} id="preview">
              Preview
            </Title>
            <StatusBadge status={{ role: 'neutral', word: 'Nothing is sent' }} />
          </Group>
          <RuleSentences preview={preview} />
          {preview.samples.map((sample) => (
            <Sample key={sample.title} sample={sample} />
          ))}
        </Stack>
      </Card>
    </Stack>
  )
}

/** Each rule in one sentence. */
export function RuleSentences({ preview }: { preview: Schemas['RecipePreview'] }) {
  return preview.rules.map(({ id, sentence }) => (
    <Text key={id}>
      <Sentence parts={sentence.map((p) => (p.kind === 'strong' ? { name: p.text } : p.text))} />
    </Text>
  ))
}

export function Sample({ sample }: { sample: Schemas['RecipeSample'] }) {
  const matching = sample.rules.filter((r) => r.matches)
  return (
    <Stack gap="xs" className={classes.sample}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{sample.title}</Text>
        <StatusBadge
          status={
            matching.length > 0 ? { role: 'good', word: 'Would run' } : { role: 'neutral', word: 'Would not run' }
          }
        />
      </Group>
      {sample.fault !== '' && <Text>{sample.fault}</Text>}
      {sample.fault === '' && matching.length === 0 && <Text c="dimmed">Nothing is done.</Text>}
      {matching.flatMap((rule) => rule.steps.map((step) => <Step key={`${rule.id} ${step.key}`} step={step} />))}
    </Stack>
  )
}

function Step({ step }: { step: Schemas['RecipeSampleStep'] }) {
  return (
    <Stack gap={4}>
      <Text fz="xs" c="dimmed">
        {step.name || step.key}
      </Text>
      {step.fault !== '' && <Text>{step.fault}</Text>}
      {step.fault === '' && step.preview.skipped !== '' && <Text c="dimmed">{step.preview.skipped}</Text>}
      {step.fault === '' && step.preview.skipped === '' && (
        <ShownPreview preview={step.preview} step={{ connection: step.preview.to?.[0] ?? '' }} />
      )}
    </Stack>
  )
}
