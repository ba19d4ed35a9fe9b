import { Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { Recipe } from './queries'
import classes from './recipes.module.css'
import { type Step, steps } from './routes'

/** What the steps of the wizard are called. */
export const stepTitles = (recipe: Recipe): string[] => [
  'Your choices',
  recipe.to.join(', '),
  recipe.from.join(', '),
  'Check',
  'Listening',
]

/** Where the wizard stands. After the last step nothing is left to ask. */
export function StepLine({ recipe, step }: { recipe: Recipe; step: Step | 'listening' }) {
  const at = step === 'listening' ? steps.length : steps.indexOf(step)
  return (
    <ol className={classes.line} aria-label="Steps">
      {stepTitles(recipe).map((title, i) => (
        <li
          key={title + String(i)}
          data-now={i === at || undefined}
          {...(i === at ? { 'aria-current': 'step' as const } : {})}
        >
          <span className={classes.number} aria-hidden>
            {i < at ? <IconCheck size={14} /> : i + 1}
          </span>
          <Text component="span" fw={i === at ? 600 : 400}>
            {title}
          </Text>
        </li>
      ))}
    </ol>
  )
}
