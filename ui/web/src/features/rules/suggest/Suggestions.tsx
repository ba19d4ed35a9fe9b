import { Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { showDone } from '@/components/UndoToast'
import { type Against, fieldsQuery } from '@/features/conditions'
import { type Suggestion, suggestionsOf } from './suggestions'

interface Props {
  expression: string
  onChange: (expression: string) => void
  against: Against
}

/** Conditions that the fields of the sample suggest, as long as there is none. */
export function Suggestions({ expression, onChange, against }: Props) {
  const { data } = useQuery(fieldsQuery(against))
  const tree = useQuery({
    queryKey: ['conditions', 'rows', expression],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/expressions/visual', { body: { expression, condition: true }, signal })),
  })
  const add = useMutation({
    mutationFn: ({ row }: Suggestion) => written(tree.data?.tree, row),
    onSuccess: onChange,
    onError: (error) => showDone(error.message),
  })
  const found = suggestionsOf(data?.items ?? [])
  const empty = tree.data?.tree?.root.nodes === undefined || tree.data.tree.root.nodes.length === 0
  if (found.length === 0 || !empty || (tree.data?.errors.length ?? 1) > 0) return null
  return (
    <Group gap="xs" mt="sm" role="group" aria-label="Suggestions">
      <Text c="dimmed" fz="xs">
        For example
      </Text>
      {found.map((suggestion) => (
        <Button
          key={suggestion.words}
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={add.isPending}
          onClick={() => add.mutate(suggestion)}
        >
          <bdi>{suggestion.words}</bdi>
        </Button>
      ))}
    </Group>
  )
}

/** The condition with one row more, in the words of the language. */
async function written(tree: Schemas['ConditionTree'] | undefined, row: Schemas['ConditionNode']): Promise<string> {
  const next = { ...tree, root: { kind: 'all' as const, nodes: [row] } }
  return (await answer(client.POST('/api/v1/expressions/visual', { body: { tree: next, condition: true } }))).expression
}
