import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { live } from '@/api/live'
import { openProblemsQuery } from '@/api/problems'
import { sessionQuery } from '@/api/session'
import { Loading } from '@/components/Loading'
import { useTitleCount } from '@/components/pageTitle'
import { ContactStrip } from './ContactStrip'
import { navigation } from './features'
import { Navigation } from './Navigation'
import { PhoneTabs } from './PhoneTabs'
import { usePreference } from './preferences'
import classes from './Shell.module.css'
import { ShortcutList } from './ShortcutList'
import { TopBar } from './TopBar'
import { keepTyping, takeTyped } from './typedAhead'
import { useShortcuts } from './useShortcuts'

const Palette = lazy(async () => ({ default: (await import('./Palette')).Palette }))

/** The frame of all pages for people who are signed in. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery)
  return session === null ? <SignedOut /> : <Frame />
}

/** Leads to the sign-in page, once: what is shown on the way there is still this frame. */
function SignedOut() {
  const router = useRouter()
  useEffect(() => {
    live.stop() // whoever signs in next begins with a stream of their own
    void router.navigate({ to: '/sign-in', search: { to: router.latestLocation.href }, replace: true })
  }, [router])
  return null
}

function Frame() {
  const queries = useQueryClient()
  const [searches, setSearches] = useState(0)
  const [listed, setListed] = useState(false)
  const [folded, setFolded] = usePreference('navigation')
  const { data: problems } = useQuery(openProblemsQuery)
  const count = problems?.items.length ?? 0
  const search = () => {
    keepTyping(() => setSearches(0))
    setSearches((n) => n + 1)
  }
  useEffect(() => () => void takeTyped(), [])
  useEffect(() => live.start(queries), [queries])
  useTitleCount(count)
  useShortcuts(navigation, search, () => setListed(true))
  return (
    <div className={classes.shell} data-folded={folded === 'folded' || undefined}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <TopBar problems={count} onSearch={search} onShortcuts={() => setListed(true)} />
      <Navigation
        items={navigation}
        problems={count}
        folded={folded === 'folded'}
        onFold={() => setFolded(folded === 'folded' ? 'open' : 'folded')}
      />
      <div className={classes.column}>
        <ContactStrip />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Suspense fallback={<Loading>{null}</Loading>}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <PhoneTabs items={navigation} problems={count} />
      <ShortcutList opened={listed} onClose={() => setListed(false)} />
      {searches > 0 && (
        <Suspense fallback={null}>
          <Palette openings={searches} onShortcuts={() => setListed(true)} />
        </Suspense>
      )}
    </div>
  )
}
