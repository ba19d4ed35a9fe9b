import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { fieldsQuery } from '../picker/fields'
import { rowOf, suggestionsOf } from '../tree/suggestions'
import { useSurroundings } from './context'
import classes from './editor.module.css'

/** Conditions that the fields of the sample suggest, as long as there is none. */
export function Suggestions({ group }: { group: string }) {
  const { against, actions } = useSurroundings()
  const { data } = useQuery(fieldsQuery(against))
  const suggestions = suggestionsOf(data?.items ?? [])
  if (suggestions.length === 0) return null
  return (
    <div className={classes.suggestions} role="group" aria-label="Suggestions">
      {suggestions.map((suggestion) => (
        <Button
          key={suggestion.words}
          size="compact-sm"
          radius="xl"
          variant="default"
          onClick={() => actions.addPart(group, rowOf(suggestion))}
        >
          <bdi>{suggestion.words}</bdi>
        </Button>
      ))}
    </div>
  )
}
