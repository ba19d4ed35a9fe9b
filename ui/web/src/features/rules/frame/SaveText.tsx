import { Text } from '@mantine/core'
import { clockText } from '@/components/time'
import type { EditState } from '../edit'

/** Whether the server has what is edited. */
export function SaveText({ state: { saving, draft } }: { state: EditState }) {
  const words = () => {
    switch (saving.kind) {
      case 'waiting':
        return 'Saving…'
      case 'saved':
        return `Saved ${clockText(saving.at)}`
      case 'failed':
        return 'Not saved'
      case 'none':
        return draft ? `Saved ${clockText(Date.parse(draft.updatedAt))}` : ''
    }
  }
  return (
    <Text c={saving.kind === 'failed' ? 'red' : 'dimmed'} fz="xs" role="status" style={{ whiteSpace: 'nowrap' }}>
      {words()}
    </Text>
  )
}
