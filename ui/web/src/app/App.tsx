import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import type { createAppRouter } from './router'
import { cssVariables, theme } from './theme'

interface Props {
  queries: QueryClient
  router: ReturnType<typeof createAppRouter>
  /** Of the page's policy: styles without it are refused. */
  nonce: string
}

const scheme = localStorageColorSchemeManager({ key: 'patchbay-scheme' })

export function App({ queries, router, nonce }: Props) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={scheme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" containerWidth={400} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
