import { Group } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

const lasts = 3000

/** Says "Saved" beside a button for three seconds; `at` is when that was, by the browser's clock. */
export function Saved({ at }: { at: number | undefined }) {
  const [gone, setGone] = useState<number>()
  useEffect(() => {
    if (at === undefined) return
    const timer = setTimeout(() => setGone(at), lasts)
    return () => clearTimeout(timer)
  }, [at])
  return (
    <span role="status">
      {at !== undefined && gone !== at && (
        <Group gap={4} c="teal">
          <IconCheck size={16} aria-hidden />
          Saved
        </Group>
      )}
    </span>
  )
}
