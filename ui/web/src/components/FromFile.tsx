import { Badge } from '@mantine/core'

/** Marks what a file manages. */
export function FromFile({ file }: { file: string }) {
  return (
    <Badge variant="light" color="gray" style={{ flex: 'none' }} title={`Change it in ${file}`}>
      From file
    </Badge>
  )
}
