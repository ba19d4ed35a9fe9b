import { Button, Card, Progress, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Schemas, Tagged } from '@/api/client'
import { useMay } from '@/api/session'
import { type Settings, settingsQuery } from '@/api/settings'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { bytesText } from '@/components/format'
import { TimeAgo } from '@/components/TimeAgo'
import { showDone } from '@/components/UndoToast'
import { daysOf, daysText } from './keep'
import { putSettings } from './useSettingsForm'

const shortest = 7 // days that are proposed when the disk gets full
const soon = 60 // days before the disk is full, from which on it is worth a word

/** What the database takes of the disk, and when that is full at today's pace. */
export function DiskUse({ storage, stored }: { storage: Schemas['Storage']; stored: Tagged<Settings> }) {
  const { used, reusable, disk, perDay, measuredSince } = storage
  const taken = disk.total === 0 ? 0 : ((disk.total - disk.free) / disk.total) * 100
  return (
    <Card component="section" aria-labelledby="disk">
      <Stack gap="sm">
        <Title order={2} id="disk">
          Disk
        </Title>
        <Text>
          The database takes {bytesText(used)}
          {reusable > 0 && `, of which ${bytesText(reusable)} are free for what comes next`}. {bytesText(disk.free)} of{' '}
          {bytesText(disk.total)} are free on the disk.
        </Text>
        <Progress value={taken} aria-label={`${Math.round(taken)}% of the disk is taken`} />
        <Text c="dimmed">
          {perDay === null ? (
            <>
              How fast it grows is known after half a day
              {measuredSince !== null && (
                <>
                  ; measured since <TimeAgo at={measuredSince} />
                </>
              )}
              .
            </>
          ) : perDay > 0 ? (
            `It grows by ${bytesText(perDay)} a day.`
          ) : (
            'It does not grow.'
          )}
        </Text>
        <Forecast days={storage.fullInDays} stored={stored} />
      </Stack>
    </Card>
  )
}

function Forecast({ days, stored }: { days: number | null; stored: Tagged<Settings> }) {
  const may = useMay('administer')
  const [asks, dialog] = useDisclosure(false)
  const queries = useQueryClient()
  const kept = daysOf(stored.value.keep.age) ?? 30
  const shorten = useMutation({
    mutationFn: () => putSettings(stored, { keep: { ...stored.value.keep, age: `${shortest}d` } }),
    onSuccess: () => {
      dialog.close()
      showDone(`Events without a rule are kept ${shortest} days now.`)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  })
  if (days === null || days > soon) return null
  return (
    <>
      <Text fw={600} c="yellow">
        Disk is full in about {daysText(Math.max(1, Math.round(days)))} at today’s pace.
      </Text>
      {may && kept > shortest && (
        <div>
          <Button variant="default" onClick={dialog.open}>
            Keep events without a rule {shortest} days instead of {daysText(kept)}
          </Button>
        </div>
      )}
      <ConfirmDialog
        opened={asks}
        onClose={dialog.close}
        title={`Keep them ${shortest} days?`}
        confirm={`Keep them ${shortest} days`}
        busy={shorten.isPending}
        error={shorten.error}
        onConfirm={() => shorten.mutate()}
      >
        Events that no rule wanted and that are older than {shortest} days are deleted for good within minutes.
      </ConfirmDialog>
    </>
  )
}
