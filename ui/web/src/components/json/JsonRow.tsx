import type { ReactNode } from 'react'
import { ExactNumber } from '@/api/exactJson'
import { type JsonNode, valueText, visible } from './flatten'
import classes from './JsonTree.module.css'

const deepest = 24 // levels that are indented; deeper ones say their level instead

interface Props {
  node: JsonNode
  index: number
  top: number
  focusable: boolean
  onFlip: () => void
  onFocus: () => void
  actions: ((node: JsonNode) => ReactNode) | undefined
}

export function JsonRow({ node, index, top, focusable, onFlip, onFocus, actions }: Props) {
  const inside = node.size !== undefined && node.size > 0
  const indent = Math.min(node.depth, deepest)
  return (
    <div
      role="treeitem"
      data-row={index}
      tabIndex={focusable ? 0 : -1}
      aria-level={node.depth + 1}
      aria-selected={focusable}
      {...(inside ? { 'aria-expanded': node.open } : {})}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, paddingInlineStart: indent * 16 + 4 }}
      onFocus={onFocus}
      onClick={inside ? onFlip : undefined}
      onKeyDown={undefined}
    >
      <span className={classes.fold} aria-hidden="true">
        {inside ? (node.open ? '▾' : '▸') : ''}
      </span>
      {node.depth > deepest && <span className={classes.level}>level {node.depth}</span>}
      {node.key !== undefined && <span className={classes.key}>{visible(String(node.key)).slice(0, 200)}:</span>}
      <bdi className={classes.value} data-kind={kindOf(node)}>
        {node.size === undefined ? valueText(node.value) : summary(node)}
      </bdi>
      {actions && (
        // A press of an action is no press of the row.
        <span
          className={classes.actions}
          onClick={(e) => e.stopPropagation()}
          onKeyDown={(e) => e.stopPropagation()}
          role="presentation"
        >
          {actions(node)}
        </span>
      )}
    </div>
  )
}

function summary({ value, size = 0, open }: JsonNode): string {
  const [begin, end, noun] = Array.isArray(value) ? ['[', ']', 'item'] : ['{', '}', 'field']
  if (size === 0) return begin + end
  const count = `${size.toLocaleString()} ${noun}${size === 1 ? '' : 's'}`
  return open ? count : `${begin} ${count} ${end}`
}

function kindOf({ value, size }: JsonNode): string {
  if (size !== undefined) return 'inside'
  if (value instanceof ExactNumber) return 'number'
  return value === null ? 'null' : typeof value
}
