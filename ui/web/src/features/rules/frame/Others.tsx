import { Tooltip, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { answer, client } from '@/api/client'
import type { Width } from '../useWidth'
import classes from './Header.module.css'

const often = 15_000 // milliseconds; who was not heard of for three times as long has left

/** Tells the server that the rule is open here, and the person who else has it open: "Ann is here". */
export function Others({ id, width }: { id: string; width: Width }) {
  const { data } = useQuery({
    queryKey: ['presence', id],
    queryFn: ({ signal }) => answer(client.PUT('/api/v1/rules/{id}/editing', { params: { path: { id } }, signal })),
    refetchInterval: often,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  useEffect(
    () => () => {
      // Who cannot say that they leave is forgotten after a while.
      void answer(client.DELETE('/api/v1/rules/{id}/editing', { params: { path: { id } } })).catch(() => undefined)
    },
    [id],
  )
  const words = hereText((data?.others ?? []).map(({ name }) => name))
  const wide = width === 'wide'
  return (
    <div role="status" className={classes.others}>
      {words !== '' && (
        <Tooltip label={`${words}. Nothing is overwritten: whoever saves second is asked.`}>
          <span className={classes.present} {...(wide ? {} : { tabIndex: 0 })}>
            <span className={classes.dot} aria-hidden />
            {wide ? <bdi>{words}</bdi> : <VisuallyHidden>{words}</VisuallyHidden>}
          </span>
        </Tooltip>
      )}
    </div>
  )
}

function hereText([first, second, ...more]: readonly string[]): string {
  if (first === undefined) return ''
  if (second === undefined) return `${first} is here`
  return `${first} and ${more.length === 0 ? second : `${more.length + 1} others`} are here`
}
