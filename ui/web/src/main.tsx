import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/styles.css'
import './app/touch.css'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { whenSignedOut } from './api/client'
import { createQueryClient } from './api/queryClient'
import { sessionQuery } from './api/session'
import { App } from './app/App'
import { createAppRouter } from './app/router'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
setNonce(nonce) // what locks scrolling behind dialogs makes styles, too

const queries = createQueryClient()
whenSignedOut(() => queries.setQueryData(sessionQuery.queryKey, null))

const place = document.getElementById('root')
if (place === null) throw new Error('the page has no place for the application')
createRoot(place).render(
  <StrictMode>
    <App queries={queries} router={createAppRouter(queries)} nonce={nonce} />
  </StrictMode>,
)
