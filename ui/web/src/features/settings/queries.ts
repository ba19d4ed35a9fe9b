import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

/** What this server is and was started with. */
export const instanceQuery = queryOptions({
  queryKey: ['settings', 'instance'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/instance', { signal })),
})

/** Who can reach an address. */
export const addressQuery = (url: string) =>
  queryOptions({
    queryKey: ['settings', 'address', url],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/address', { params: { query: { url } }, signal })),
  })

/** The connections that messages to people can go through. */
export const messengersQuery = queryOptions({
  queryKey: ['connections', 'messengers'],
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/connections', { signal }))
    return items.filter((connection) => ['smtp', 'slack', 'http'].includes(connection.type))
  },
})

/** What is stored, and how full the disk is. */
export const storageQuery = queryOptions({
  queryKey: ['stats', 'storage'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/storage', { signal })),
})

/** Checks the instance, or only whether its public address leads to it. */
export const useHealthCheck = (only?: 'address') =>
  useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/health-check', { params: { query: only === undefined ? {} : { only } } })),
  })

/** Sends a test message the way that alerts would go, as the form has it. */
export const useAlertTest = () =>
  useMutation({ mutationFn: (body: Schemas['Alerts']) => answer(client.POST('/api/v1/alerts/test', { body })) })

export const useVerifyDatabase = () => useMutation({ mutationFn: () => answer(client.POST('/api/v1/database/verify')) })
