import { Button, Stack } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorAlert } from '@/components/ErrorAlert'
import { PageHeader } from '@/components/PageHeader'
import { isMissingPage } from '@/routing'

/** Stands for a page that could not be shown. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  if (isMissingPage(error)) {
    return (
      <Stack p="lg" maw={640} mx="auto" align="flex-start">
        <PageHeader
          title="Reload this page"
          description="Patchbay was updated, or cannot be reached: this page's files could not be loaded."
        />
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </Stack>
    )
  }
  return (
    <Stack p="lg" maw={640} mx="auto">
      <PageHeader title="This page could not be shown" />
      <ErrorAlert error={error instanceof Error ? error : new Error(String(error))} retry={again} />
    </Stack>
  )
}
