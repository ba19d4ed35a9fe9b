import { Button, Group, Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import classes from './Strip.module.css'

// The files of a page are under an address made of the server's build. After an update
// they are gone: the open page works on until it needs one of them.
let gone = false

function watch(watcher: () => void): () => void {
  const noticed = () => {
    gone = true
    watcher()
  }
  window.addEventListener('vite:preloadError', noticed)
  return () => window.removeEventListener('vite:preloadError', noticed)
}

/** Offers to load the page again once its files are gone from the server. */
export function ReloadOffer() {
  const needed = useSyncExternalStore(watch, () => gone)
  if (!needed) return null
  return (
    <Group className={classes.strip} data-role="moving" role="status" justify="center" gap="sm">
      <Text>Patchbay was updated. Reload the page to go on.</Text>
      <Button size="xs" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Group>
  )
}
