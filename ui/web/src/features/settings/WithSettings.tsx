import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Tagged } from '@/api/client'
import { type Settings, settingsQuery } from '@/api/settings'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FormSkeleton } from '@/components/Loading'

/** Shows a form once the settings are there. */
export function WithSettings({
  fields,
  children,
}: {
  fields: number
  children: (stored: Tagged<Settings>) => ReactNode
}) {
  const { data, error, isPending, refetch } = useQuery(settingsQuery)
  const again = () => void refetch()
  return (
    <>
      <ErrorAlert error={error} title="The settings could not be loaded." retry={again} />
      {isPending && <FormSkeleton fields={fields} retry={again} />}
      {data && children(data)}
    </>
  )
}
