import { queryOptions, useMutation } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

/** Rules that were published: only those can be exported. */
export const exportableQuery = queryOptions({
  queryKey: ['rules', 'exportable'],
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/rules', { params: { query: { limit: 200 } }, signal }))
    return items.filter((rule) => rule.version > 0).map((rule) => ({ value: rule.id, label: rule.name || rule.id }))
  },
})

export interface Wanted {
  as: 'recipe' | 'configuration'
  /** Ids; none is everything. */
  rules: string[]
  /** Of the recipe. */
  name: string
}

/** Asks for a file and hands it to the browser's downloads. */
export function useExport() {
  return useMutation({
    mutationFn: ({ as, rules, name }: Wanted) =>
      answer(
        client.GET('/api/v1/export/file', {
          params: { query: { as, ...(rules.length > 0 ? { rule: rules } : {}), ...(as === 'recipe' ? { name } : {}) } },
        }),
      ),
    onSuccess: save,
  })
}

function save({ file, text }: Schemas['ExportedFile']) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = address
  link.download = file
  link.click()
  URL.revokeObjectURL(address)
}
