import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, client } from './client'

/** All inboxes. */
export const inboxListQuery = queryOptions({
  queryKey: ['inboxes', 'list'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/inboxes', { signal })),
})

/** What people call an inbox, from its name; one that is deleted has nothing but that. */
export function useInboxTitle(): (name: string) => string {
  const boxes = useQuery(inboxListQuery).data?.items
  return (name) => boxes?.find((box) => box.name === name)?.title || name
}

/** The inboxes, as a filter offers them. */
export function useInboxChoices(): { value: string; label: string }[] {
  const boxes = useQuery(inboxListQuery).data?.items ?? []
  return boxes.map((box) => ({ value: box.name, label: box.title || box.name }))
}
