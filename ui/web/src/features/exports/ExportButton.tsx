import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ExportDialog } from './ExportDialog'

/** Exports rules that are chosen then, or everything. */
export function ExportButton() {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button variant="default" onClick={open}>
        Export
      </Button>
      <ExportDialog opened={opened} onClose={close} rules={[]} />
    </>
  )
}
