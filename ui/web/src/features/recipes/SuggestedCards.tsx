import { useQuery } from '@tanstack/react-query'
import { useInboxTitle } from '@/api/inboxes'
import { connectionsQuery, connectionTitle } from '@/features/connections'
import { RecipeCard } from './RecipeCard'
import type { Suggestion } from './queries'
import { reason } from './reason'
import classes from './recipes.module.css'

interface Props {
  items: readonly Suggestion[]
  /** They stand on the page of the inbox that they are for. */
  there?: boolean
}

/** Suggested recipes with what speaks for each of them. */
export function SuggestedCards({ items, there = false }: Props) {
  const inboxTitle = useInboxTitle()
  const connections = useQuery(connectionsQuery).data?.items
  const titleOf = (name: string) => {
    const connection = connections?.find((c) => c.name === name)
    return connection ? connectionTitle(connection) : name
  }
  return (
    <ul className={classes.cards} aria-label="Suggested recipes">
      {items.map((s) => (
        <li key={s.recipe.name}>
          <RecipeCard
            recipe={s.recipe}
            order={3}
            inbox={s.reusable ? s.inbox : undefined}
            why={reason(s, there ? undefined : inboxTitle, titleOf)}
          />
        </li>
      ))}
    </ul>
  )
}
