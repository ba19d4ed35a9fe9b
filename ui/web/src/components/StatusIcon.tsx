import type { ReactNode } from 'react'
import type { StatusRole } from './status'

// Outlines differ, so that the states hold without colour: circle, octagon, triangle,
// half circle, ring, dashed ring.
const shapes: Record<StatusRole, ReactNode> = {
  good: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.8 8.3 2.2 2.2 4.2-4.6" stroke="var(--pb-icon-inner)" strokeWidth="1.8" fill="none" />
    </>
  ),
  bad: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="m5.3 5.3 5.4 5.4m0-5.4-5.4 5.4" stroke="var(--pb-icon-inner)" strokeWidth="1.8" fill="none" />
    </>
  ),
  unsure: (
    <>
      <path d="M8 1.2 15.4 14.6H.6z" fill="currentColor" />
      <path
        d="M6.3 7.2c.1-2.4 3.5-2.3 3.4-.2 0 1.4-1.7 1.3-1.7 2.9m0 1.3v1.3"
        stroke="var(--pb-icon-inner)"
        strokeWidth="1.5"
        fill="none"
      />
    </>
  ),
  moving: (
    <>
      <circle cx="8" cy="8" r="6.2" stroke="currentColor" strokeWidth="1.6" fill="none" />
      <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
    </>
  ),
  neutral: <circle cx="8" cy="8" r="6.2" stroke="currentColor" strokeWidth="1.6" fill="none" />,
  draft: <circle cx="8" cy="8" r="6.2" stroke="currentColor" strokeWidth="1.6" strokeDasharray="3 2.2" fill="none" />,
}

/** The shape of a state. It never stands without a word beside it. */
export function StatusIcon({ role, size = 14 }: { role: StatusRole; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      color={`var(--pb-${role})`}
      style={{ '--pb-icon-inner': 'light-dark(#ffffff, #111418)', flex: 'none' }}
    >
      {shapes[role]}
    </svg>
  )
}
