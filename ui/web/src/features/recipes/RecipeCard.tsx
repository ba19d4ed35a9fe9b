import { Card, Group, Text, Title } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { ProviderTile } from '@/components/ProviderTile'
import type { Summary } from './queries'
import classes from './recipes.module.css'

interface Props {
  recipe: Summary
  /** What speaks for it, in a few words. */
  why?: string
  /** An inbox that it can use. */
  inbox?: string | undefined
  /** Of the card's heading. */
  order?: 2 | 3
}

/** A recipe in the gallery and where it is suggested; the whole card is the link. */
export function RecipeCard({ recipe, why, inbox, order = 2 }: Props) {
  return (
    <Card className={classes.card}>
      <Apps recipe={recipe} />
      <Title order={order} fz="md">
        <Link
          to="/recipes/$name"
          params={{ name: recipe.name }}
          search={(inbox ? { inbox } : {}) as never}
          className={classes.link}
        >
          {recipe.title}
        </Link>
      </Title>
      <Text c="dimmed">{recipe.sentence}</Text>
      <Text fz="xs" c="dimmed" className={classes.foot}>
        {why && (
          <Text span fz="xs" c="var(--pb-text)" display="block">
            {why}
          </Text>
        )}
        {effort(recipe)}
      </Text>
    </Card>
  )
}

/** How long it takes, the time in the other apps included. */
export const effort = ({ minutes, difficulty }: Summary): string =>
  `About ${minutes} minutes, ${difficulty === 'easy' ? 'no code' : difficulty === 'medium' ? 'some care needed' : 'advanced'}`

function Apps({ recipe }: { recipe: Summary }) {
  return (
    <Group gap={4} wrap="wrap">
      {recipe.from.map((app) => (
        <ProviderTile key={app} name={app} />
      ))}
      <IconArrowRight size={16} aria-hidden color="var(--pb-second)" />
      {recipe.to.map((app) => (
        <ProviderTile key={app} name={app} />
      ))}
      <Text fz="xs" c="dimmed" ms={4}>
        {recipe.from.join(', ')} to {recipe.to.join(', ')}
      </Text>
    </Group>
  )
}
