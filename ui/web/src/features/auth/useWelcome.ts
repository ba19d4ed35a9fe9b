import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, tagged } from '@/api/client'
import { settingsQuery } from '@/api/settings'

interface Answers {
  timezone: string
  publicUrl: string
}

/** Keeps the answers (undefined: skipped) and makes the first inbox; gives its name. */
export function useWelcome() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (answers: Answers | undefined): Promise<string> => {
      const { items } = await answer(client.GET('/api/v1/inboxes'))
      const first =
        items[0] ??
        (await answer(client.POST('/api/v1/inboxes', { body: { name: 'my-first-inbox', title: 'My first inbox' } })))
      // Last, because an address with https moves the session there.
      if (answers) {
        const { value, etag } = await tagged(client.GET('/api/v1/settings'))
        await answer(
          client.PUT('/api/v1/settings', { params: { header: ifMatch(etag) }, body: { ...value, ...answers } }),
        )
      }
      return first.name
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: settingsQuery.queryKey }),
        queries.invalidateQueries({ queryKey: ['inboxes'] }),
      ]),
  })
}
