import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import { useCompareSecret } from './useConnection'

/** Tells whether a pasted text is the stored secret, which nobody can read. */
export function CompareSecret({ connection, field, label }: { connection: string; field: string; label: string }) {
  const [text, setText] = useState('')
  const compare = useCompareSecret(connection)
  const ask = () => {
    if (text !== '') compare.mutate({ field, value: text })
  }
  return (
    <Stack gap="xs" mt="xs">
      <Group gap="xs" align="flex-end">
        <PasswordInput
          style={{ flex: 1, minWidth: 180 }}
          label={`Compare with the stored ${label.toLowerCase()}`}
          description="Paste what you have. The answer is only “same” or “different”."
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show what is compared' }}
          autoFocus
          value={text}
          onChange={(e) => {
            setText(e.currentTarget.value)
            compare.reset()
          }}
          onKeyDown={(e) => {
            if (e.key !== 'Enter') return
            e.preventDefault() // it would save the form
            ask()
          }}
        />
        <Button variant="default" onClick={ask} loading={compare.isPending} disabled={text === ''}>
          Compare
        </Button>
      </Group>
      <div role="status">
        {compare.data && (
          <StatusBadge
            status={
              compare.data.same
                ? { role: 'good', word: 'Same as the stored one' }
                : { role: 'unsure', word: 'Different from the stored one' }
            }
          />
        )}
      </div>
      <ErrorAlert error={compare.error} />
    </Stack>
  )
}
