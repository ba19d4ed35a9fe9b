import { useQuery } from '@tanstack/react-query'
import { type Dispatch, type SetStateAction, useEffect, useRef } from 'react'
import { inboxListQuery } from '@/api/inboxes'
import { connectionsQuery } from '@/features/connections'
import { connectionInputs, type Filled, freeName, inboxInput } from './answers'
import type { Recipe } from './queries'

/** Once: names that are taken give way to free ones, so that what is new clashes with nothing. */
export function useFree(recipe: Recipe, onChange: Dispatch<SetStateAction<Filled>>): void {
  const boxes = useQuery(inboxListQuery)
  const connections = useQuery(connectionsQuery)
  const done = useRef(false)
  useEffect(() => {
    if (done.current || !boxes.data || !connections.data) return
    done.current = true
    const takenBoxes = boxes.data.items.map((b) => b.name)
    const taken = connections.data.items.map((c) => c.name)
    onChange((old) => {
      const values = { ...old.values }
      const box = inboxInput(recipe)
      if (box) values[box.name] = freeName(values[box.name] ?? '', takenBoxes)
      for (const c of connectionInputs(recipe)) values[c.name] = freeName(values[c.name] ?? '', taken)
      return { ...old, values }
    })
  }, [recipe, boxes.data, connections.data, onChange])
}
