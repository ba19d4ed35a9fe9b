import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import {
  type ReactNode,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import classes from './DataList.module.css'

interface Props<Item> {
  items: readonly Item[]
  /** What the list holds, for people who hear the page: "Events". */
  label: string
  keyOf: (item: Item) => string
  /** What stands in a row: cells in a grid of `columns`, or two lines on phones. */
  row: (item: Item, phone: boolean) => ReactNode
  /** grid-template-columns of a row, such as "120px 1fr auto". Phones stack the cells unless row() does otherwise. */
  columns: string
  /** Of a row on phones, in pixels, where two lines are not enough. */
  phoneHeight?: number
  /** Names of the columns; left out on phones. */
  header?: ReactNode
  /** The row that is open or chosen. */
  selected?: string | undefined
  /** Rows that have just come are tinted for a moment. */
  isNew?: (item: Item) => boolean
  /** Called near the end of what is loaded. */
  onEndReached?: () => void
  /** Something is being loaded. Once it is there, whoever still looks at the end is given more. */
  busy?: boolean
  /** What stands below the last row, such as "Loading more". */
  footer?: ReactNode
}

/**
 * A list of any length that scrolls with the page: only the rows in sight are in the
 * document. A row that can be opened holds a link with the class `rowLink`, which
 * covers the row.
 */
export function DataList<Item>({
  items,
  label,
  keyOf,
  row,
  columns,
  phoneHeight = 64,
  header,
  selected,
  isNew,
  onEndReached,
  busy = false,
  footer,
}: Props<Item>) {
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  const top = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const height = useRowHeight(phone, phoneHeight)
  // What stands above may grow, which moves the list.
  useLayoutEffect(() => {
    const measure = () => setMargin(Math.round((top.current?.getBoundingClientRect().top ?? 0) + window.scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => height,
    overscan: 6,
    scrollMargin: margin,
    getItemKey: (i) => {
      const item = items[i]
      return item === undefined ? i : keyOf(item)
    },
  })
  useEffect(() => rows.measure(), [rows, height])
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const end = useEffectEvent(() => onEndReached?.())
  useEffect(() => {
    if (!busy && items.length > 0 && last >= items.length - 15) end()
  }, [last, items.length, busy])
  return (
    <div className={classes.list} style={{ '--columns': columns }}>
      {header !== undefined && !phone && <div className={classes.header}>{header}</div>}
      <div ref={top} role="list" aria-label={label} className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {shown.map((v) => {
          const item = items[v.index]
          if (item === undefined) return null
          return (
            <div
              key={v.key}
              role="listitem"
              aria-setsize={items.length}
              aria-posinset={v.index + 1}
              className={`${classes.row} ${isNew?.(item) ? 'isNew' : ''}`}
              data-selected={selected === keyOf(item) || undefined}
              style={{ height: v.size, transform: `translateY(${v.start - margin}px)` }}
            >
              {row(item, phone)}
            </div>
          )
        })}
      </div>
      {footer}
    </div>
  )
}

const isCompact = () => document.documentElement.dataset['density'] === 'compact'

function watchDensity(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-density'] })
  return () => observer.disconnect()
}

// The height is a setting of the person (44 or 36 pixels); phones have two lines.
function useRowHeight(phone: boolean, phoneHeight: number): number {
  const compact = useSyncExternalStore(watchDensity, isCompact)
  if (phone) return phoneHeight
  return compact ? 36 : 44
}
