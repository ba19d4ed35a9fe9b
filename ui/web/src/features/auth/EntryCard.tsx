import { Card, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from '@/components/Logo'
import { usePageTitle } from '@/components/pageTitle'
import classes from './EntryCard.module.css'

interface Props {
  title: string
  description?: ReactNode
  children: ReactNode
}

/** The one card of the pages before one is in. */
export function EntryCard({ title, description, children }: Props) {
  usePageTitle(title)
  return (
    <main className={classes.page}>
      <Card className={classes.card} component="section" aria-labelledby="entry-title">
        <Stack gap="md">
          <Group gap="xs">
            <Logo />
            <Text fw={600}>Patchbay</Text>
          </Group>
          <div>
            <Title order={1} id="entry-title">
              {title}
            </Title>
            {description !== undefined && (
              <Text c="dimmed" mt={4} component="div">
                {description}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Card>
    </main>
  )
}
