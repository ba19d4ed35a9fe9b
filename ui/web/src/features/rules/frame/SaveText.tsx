import { Text } from '@mantine/core'
import type { EditState } from '../edit'

const clock = (at: number) => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })

/** Whether the server has what is edited. */
export function SaveText({ state: { saving, draft } }: { state: EditState }) {
  const words = () => {
    switch (saving.kind) {
      case 'waiting':
        return 'Saving…'
      case 'saved':
        return `Saved ${clock(saving.at)}`
      case 'failed':
        return 'Not saved'
      case 'none':
        return draft ? `Saved ${clock(Date.parse(draft.updatedAt))}` : ''
    }
  }
  return (
    <Text c={saving.kind === 'failed' ? 'red' : 'dimmed'} fz="xs" role="status" style={{ whiteSpace: 'nowrap' }}>
      {words()}
    </Text>
  )
}
