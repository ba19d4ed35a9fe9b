import { VisuallyHidden } from '@mantine/core'
import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useShownTitle } from '@/components/pageTitle'
import { ReloadOffer } from './ReloadOffer'

/** What every page has: the offer to reload, and the page's name for those who hear it. */
export function Root() {
  return (
    <>
      <ReloadOffer />
      <Suspense fallback={null}>
        <Outlet />
      </Suspense>
      <Announcer />
    </>
  )
}

function Announcer() {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {useShownTitle()}
    </VisuallyHidden>
  )
}
