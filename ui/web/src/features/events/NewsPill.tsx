import { Button, VisuallyHidden } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { countText } from '@/components/format'
import classes from './events.module.css'
import type { EventFeed } from './useEventFeed'

const rest = 5000 // milliseconds between two announcements

/** "3 new" above a list that must not move now; people who hear the page are told of all that comes. */
export function NewsPill({ feed, paused }: { feed: EventFeed; paused: boolean }) {
  const { waiting, showWaiting } = feed
  const count = waiting >= 100 ? 'More than 100 new' : `${waiting} new`
  return (
    <>
      <Spoken arrived={feed.arrived} />
      {(waiting > 0 || paused) && (
        <div className={classes.pill}>
          {paused && waiting === 0 ? (
            <span className={classes.paused}>Paused</span>
          ) : (
            <Button size="xs" radius="xl" onClick={showWaiting}>
              {paused ? `Paused · ${count}` : count}
            </Button>
          )}
        </div>
      )}
    </>
  )
}

/** Tells what came, at most every few seconds. */
function Spoken({ arrived }: { arrived: number }) {
  const [said, setSaid] = useState({ upTo: arrived, text: '' })
  const say = useEffectEvent(() => {
    if (arrived > said.upTo) setSaid({ upTo: arrived, text: countText(arrived - said.upTo, 'new event') })
  })
  useEffect(() => {
    const timer = setInterval(say, rest)
    return () => clearInterval(timer)
  }, [])
  return <VisuallyHidden role="status">{said.text}</VisuallyHidden>
}
