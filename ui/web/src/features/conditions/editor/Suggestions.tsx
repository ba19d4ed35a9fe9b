import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { fieldsQuery } from '../picker/fields'
import { type Suggestion, suggestionsOf } from '../tree/suggestions'
import { operatorOf } from '../tree/operators'
import { useSurroundings } from './context'
import classes from './editor.module.css'

/** Conditions that people often want, made of what the sample holds. */
export function Suggestions({ group }: { group: string }) {
  const { against, operators, actions } = useSurroundings()
  const { data } = useQuery(fieldsQuery(against))
  const suggestions = data === undefined ? [] : suggestionsOf(data.items)
  if (suggestions.length === 0) return null
  const words = ({ row }: Suggestion) => {
    const title = row.type === 'number' ? 'is more than …' : (operatorOf(operators, row)?.title ?? '')
    return `${row.label} ${title}${typeof row.value === 'string' ? ` ${row.value}` : ''}`
  }
  return (
    <div className={classes.suggestions} role="group" aria-label="Suggestions">
      {suggestions.map((suggestion) => (
        <Button
          key={suggestion.row.field}
          size="compact-sm"
          radius="xl"
          variant="default"
          onClick={() => actions.addPart(group, suggestion.fresh())}
        >
          {words(suggestion)}
        </Button>
      ))}
    </div>
  )
}
