import { Drawer, Popover, Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Against } from '@/features/conditions'
import { ChipForm } from './ChipForm'
import type { ExpressionPiece } from './pieces'
import { type Chip, chipsQuery } from './useChips'

interface Props {
  /** The chip that is edited; undefined when none is. */
  piece: ExpressionPiece | undefined
  chip: Chip | undefined
  against: Against
  onClose: () => void
  onDone: (expression: string) => void
  onRemove: () => void
  /** Where it opens. */
  children: ReactElement
}

/** Edits a chip beside it, on phones in a sheet. */
export function ChipEditor({ piece, chip: known, against, onClose, onDone, onRemove, children }: Props) {
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  const [written, setWritten] = useState(false)
  // A chip can be opened before it is known what it is.
  const asked = useQuery(chipsQuery(piece === undefined || known !== undefined ? [] : [piece.source], against))
  const chip = known ?? (piece && asked.data?.get(piece.source))
  const waits = chip === undefined && asked.isFetching
  const isFormula = written || chip?.field === '' || (chip === undefined && !waits)
  const close = () => {
    setWritten(false)
    onClose()
  }
  const form = piece !== undefined && !waits && (
    <ChipForm
      key={piece.source}
      source={piece.source}
      chip={chip}
      against={against}
      onDone={onDone}
      onRemove={onRemove}
      onFormula={setWritten}
    />
  )
  const content = waits ? <Skeleton height={160} /> : form
  if (phone)
    return (
      <>
        {children}
        <Drawer
          opened={piece !== undefined}
          onClose={close}
          position="bottom"
          size="100%"
          title="Field"
          closeOnEscape={false}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {content}
        </Drawer>
      </>
    )
  return (
    <Popover
      opened={piece !== undefined}
      onDismiss={close}
      position="bottom-start"
      width={isFormula ? 440 : 320}
      trapFocus
      shadow="md"
      keepMounted={false}
      closeOnEscape={false}
      closeOnClickOutside={!isFormula}
      withRoles={false} // the target is a box, which cannot be expanded
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Field">
        {content}
      </Popover.Dropdown>
    </Popover>
  )
}
