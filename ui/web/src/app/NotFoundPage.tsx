import { Button, Stack } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '@/components/EmptyState'
import { usePageTitle } from '@/components/pageTitle'

export function NotFoundPage() {
  usePageTitle('Not found')
  return (
    <Stack>
      <EmptyState
        icon={IconMapOff}
        first
        title="There is nothing at this address"
        actions={
          <Button component={Link} to="/">
            Go to the first page
          </Button>
        }
      >
        What was here may have been deleted or renamed. The search (Ctrl K) finds everything by name.
      </EmptyState>
    </Stack>
  )
}
