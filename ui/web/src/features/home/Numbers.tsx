import { Button, Card, Collapse, Group, Stack, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { lazy, Suspense } from 'react'
import { CardSkeleton } from '@/components/Loading'

// The charts come with the numbers, when somebody wants to see them.
const Shown = lazy(async () => ({ default: (await import('./ShownNumbers')).ShownNumbers }))

/** What happened, in numbers and charts; folded until somebody wants them. */
export function Numbers() {
  const [open, setOpen] = useLocalStorage({
    key: 'patchbay-numbers',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  return (
    <Card component="section" aria-labelledby="numbers">
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={2} id="numbers">
            Numbers
          </Title>
          <Button variant="default" onClick={() => setOpen((old) => !old)} aria-expanded={open}>
            {open ? 'Hide the numbers' : 'Show the numbers'}
          </Button>
        </Group>
        <Collapse expanded={open}>
          {open && (
            <Suspense fallback={<CardSkeleton height={320} />}>
              <Shown />
            </Suspense>
          )}
        </Collapse>
      </Stack>
    </Card>
  )
}
