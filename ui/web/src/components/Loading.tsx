import { Button, Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'

const appears = 150 // milliseconds: what is loaded by then never flickers
const isSlow = 8000

interface Props {
  /** In the layout of what is to come. */
  children: ReactNode
  retry?: () => void
}

/** Shows what is to come after a moment, and says so when it takes long. */
export function Loading({ children, retry }: Props) {
  const [stage, setStage] = useState<'none' | 'skeleton' | 'slow'>('none')
  useEffect(() => {
    const timers = [setTimeout(() => setStage('skeleton'), appears), setTimeout(() => setStage('slow'), isSlow)]
    return () => timers.forEach(clearTimeout)
  }, [])
  return (
    <div aria-busy="true" style={{ visibility: stage === 'none' ? 'hidden' : 'visible' }}>
      <VisuallyHidden role="status">{stage === 'none' ? '' : 'Loading'}</VisuallyHidden>
      {stage === 'slow' && (
        <Group gap="sm" mb="xs">
          <Text c="dimmed">Still loading.</Text>
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              Retry
            </Button>
          )}
        </Group>
      )}
      {children}
    </div>
  )
}

/** Rows of a list to come. */
export function ListSkeleton({ rows = 6, retry }: { rows?: number; retry?: () => void }) {
  return (
    <Loading {...(retry ? { retry } : {})}>
      <Stack gap={0}>
        {Array.from({ length: rows }, (_, i) => (
          <Group key={i} h="var(--pb-row)" px="sm" wrap="nowrap" style={{ borderBottom: '1px solid var(--pb-line)' }}>
            <Skeleton circle h={16} w={16} />
            <Skeleton h={12} w={`${30 + ((i * 17) % 30)}%`} />
            <Skeleton h={12} w={64} ml="auto" />
          </Group>
        ))}
      </Stack>
    </Loading>
  )
}

/** Fields of a form to come. */
export function FormSkeleton({ fields = 4, retry }: { fields?: number; retry?: () => void }) {
  return (
    <Loading {...(retry ? { retry } : {})}>
      <Stack gap="md" maw={676}>
        {Array.from({ length: fields }, (_, i) => (
          <div key={i}>
            <Skeleton h={12} w={120} mb={8} />
            <Skeleton h="var(--pb-control-height)" />
          </div>
        ))}
      </Stack>
    </Loading>
  )
}

/** A card to come. */
export function CardSkeleton({ height = 120, retry }: { height?: number; retry?: () => void }) {
  return (
    <Loading {...(retry ? { retry } : {})}>
      <Skeleton h={height} radius="md" />
    </Loading>
  )
}
