import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { countText } from '@/components/format'
import { showDone } from '@/components/UndoToast'

/** Puts a stored event, or an edited copy of it, through rules. */
export function useRunAgain(id: string, onDone?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['ReplayInput']) =>
      answer(client.POST('/api/v1/events/{id}/replay', { params: { path: { id } }, body })),
    onSuccess: ({ runs }) => {
      showDone(
        runs.length === 0 ? 'No rule wanted it. Nothing was started.' : `Started ${countText(runs.length, 'run')}.`,
      )
      void queries.invalidateQueries({ queryKey: ['events', 'one', id] })
      onDone?.()
    },
  })
}
