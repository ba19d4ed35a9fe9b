import { useNavigate, useSearch } from '@tanstack/react-router'

type Values = Record<string, string | undefined>

/** Reads and writes parts of the URL's search. Writing replaces the entry: Back leaves the list, not the filter. */
export function useUrlFilters(keys: readonly string[]) {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const values: Values = Object.fromEntries(
    keys.map((key) => {
      const value = search[key]
      return [key, typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined]
    }),
  )
  const write = (change: Values) => {
    void navigate({ to: '.', search: (old: object) => ({ ...old, ...change }), replace: true } as never)
  }
  return {
    values,
    set: (key: string, value: string | undefined) => write({ [key]: value }),
    /** Several at once. */
    setAll: write,
    clear: () => write(Object.fromEntries(keys.map((key) => [key, undefined]))),
  }
}
