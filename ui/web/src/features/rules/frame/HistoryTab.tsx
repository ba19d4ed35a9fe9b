import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { TimeAgo } from '@/components/TimeAgo'
import { showUndo } from '@/components/UndoToast'
import { DifferenceList } from '../compare/DifferenceList'
import { contentOf, type RuleEdit } from '../edit'
import { usePerson } from '@/api/person'
import { versionsQuery } from '../queries'
import { RuleSentence } from '../RuleSentence'
import classes from './Tab.module.css'

interface Props {
  id: string
  edit: RuleEdit
  readOnly: boolean
  onRestored: () => void
}

/** All versions that were published, and what each of them changed. */
export function HistoryTab({ id, edit, readOnly, onRestored }: Props) {
  const person = usePerson()
  const { data, error, isPending, refetch } = useQuery(versionsQuery(id))
  const again = () => void refetch()
  const versions = data?.items ?? []
  return (
    <Stack gap="md" className={classes.tab} maw={860}>
      <ErrorAlert error={error} title="The versions could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={120} retry={again} />}
      {data && versions.length === 0 && (
        <EmptyState icon={IconHistory} title="Nothing published yet">
          Each time the rule is turned on or changes are published, a version is kept here.
        </EmptyState>
      )}
      {versions.map((version, i) => {
        const before = versions[i + 1]
        return (
          <Card key={version.version} component="section" aria-label={`Version ${version.version}`}>
            <Group justify="space-between" align="flex-start" wrap="nowrap">
              <div>
                <Title order={2}>Version {version.version}</Title>
                <Text c="dimmed" fz="xs" component="div">
                  {person(version.publishedBy)}, <TimeAgo at={version.publishedAt} />
                </Text>
              </div>
              {i === 0 ? (
                <Text c="dimmed" flex="none">
                  Current
                </Text>
              ) : (
                !readOnly && (
                  <Button
                    variant="default"
                    onClick={() => {
                      edit.change(contentOf(version.rule))
                      onRestored()
                      showUndo({
                        message: `Version ${version.version} is in the editor. Publish it to let it work.`,
                        onUndo: edit.undo,
                      })
                    }}
                  >
                    Restore
                  </Button>
                )
              )}
            </Group>
            <Text my="sm">
              <RuleSentence parts={version.rule.sentence} />
            </Text>
            {before ? (
              <DifferenceList before={before.rule} after={version.rule} same="Published again without a change." />
            ) : (
              <Text c="dimmed">{version.version === 1 ? 'The first version.' : 'Older versions are not shown.'}</Text>
            )}
          </Card>
        )
      })}
    </Stack>
  )
}
