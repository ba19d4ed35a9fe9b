import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { usePhone } from '../usePhone'
import { entriesOf, flatten, idOf, type JsonNode, mostRows, type PathPart } from './flatten'
import { JsonRow } from './JsonRow'
import classes from './JsonTree.module.css'

interface Props {
  value: unknown
  /** What it is, for people who hear the page: "Data of the event". */
  label: string
  /** Buttons or a menu for a value, shown on hover and focus: Copy value, Filter by this, … */
  actions?: (node: JsonNode) => ReactNode
  /** How deep it is unfolded at first. */
  openDepth?: number
  /** Of the box, in pixels or any CSS length; the tree scrolls inside. */
  height?: number | string
}

const rowHeight = 24
const touchedHeight = 44 // of what a finger presses
const wide = 100 // lists longer than this begin folded, except at the root

/**
 * A tree of any size: only rows in sight are in the document, deep nesting is drawn
 * with a bounded indent, and everything is text.
 */
export function JsonTree({ value, label, actions, openDepth = 2, height = 'min(60vh, 640px)' }: Props) {
  const [flipped, setFlipped] = useState<ReadonlySet<string>>(new Set())
  const [current, setCurrent] = useState(0)
  const phone = usePhone()
  const box = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    () =>
      flatten(value, ({ path, depth, size }) => {
        const first = depth === 0 || (depth < openDepth && size <= wide)
        return flipped.has(idOf(path)) ? !first : first
      }),
    [value, flipped, openDepth],
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (phone ? touchedHeight : rowHeight),
    overscan: 12,
  })
  useEffect(() => virtual.measure(), [phone, virtual])
  const flip = (path: readonly PathPart[]) => {
    const id = idOf(path)
    setFlipped((old) => {
      const next = new Set(old)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }
  const move = (to: number) => {
    const index = Math.min(rows.length - 1, Math.max(0, to))
    setCurrent(index)
    virtual.scrollToIndex(index)
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus())
  }
  const onKeyDown = (e: KeyboardEvent) => {
    if (!(e.target instanceof HTMLElement) || e.target.dataset['row'] === undefined) return
    const to = key(e.key, rows, current)
    if (to === undefined) return
    e.preventDefault()
    if (to === 'flip') flip(rows[current]?.path ?? [])
    else move(to)
  }
  const at = Math.min(current, rows.length - 1)
  const cut = rows.length === mostRows
  return (
    // One row takes the focus, and the arrows move it.
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      ref={box}
      className={classes.box}
      style={{ maxHeight: height }}
      onKeyDown={onKeyDown}
      role="tree"
      aria-label={label}
      dir="ltr"
    >
      <div className={classes.rows} style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map((v) => {
          const node = rows[v.index]
          return node === undefined ? null : (
            <JsonRow
              key={v.key}
              node={node}
              index={v.index}
              top={v.start}
              focusable={v.index === at}
              onFlip={() => flip(node.path)}
              onFocus={() => setCurrent(v.index)}
              actions={actions}
            />
          )
        })}
      </div>
      {cut && (
        <div className={classes.cut} role="presentation">
          Only the first {mostRows.toLocaleString()} lines are shown. Fold some, or download the data.
        </div>
      )}
    </div>
  )
}

/** Where a key leads: a row, or to folding and unfolding this one. */
function key(name: string, rows: readonly JsonNode[], at: number): number | 'flip' | undefined {
  const node = rows[at]
  switch (name) {
    case 'ArrowDown':
      return at + 1
    case 'ArrowUp':
      return at - 1
    case 'Home':
      return 0
    case 'End':
      return rows.length - 1
    case 'Enter':
    case ' ':
      return entriesOf(node?.value) && 'flip'
    case 'ArrowRight':
      return node?.size ? (node.open ? at + 1 : 'flip') : undefined
    case 'ArrowLeft':
      return node?.open ? 'flip' : rows.findLastIndex((r, i) => i < at && r.depth < (node?.depth ?? 0))
    default:
      return undefined
  }
}
