import { MantineProvider } from '@mantine/core'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UndoToast } from './UndoToast'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('stays for ten seconds, and longer while the pointer is on it', () => {
  const onEnd = vi.fn<() => void>()
  render(
    <MantineProvider>
      <UndoToast message="Rule deleted." onUndo={() => {}} onEnd={onEnd} />
    </MantineProvider>,
  )
  const toast = screen.getByText('Rule deleted.')
  act(() => void vi.advanceTimersByTime(9000))
  fireEvent.pointerEnter(toast)
  fireEvent.pointerOver(toast)
  act(() => void vi.advanceTimersByTime(60_000))
  expect(onEnd).not.toHaveBeenCalled()
  fireEvent.pointerOut(toast)
  act(() => void vi.advanceTimersByTime(1100))
  expect(onEnd).toHaveBeenCalledOnce()
})
