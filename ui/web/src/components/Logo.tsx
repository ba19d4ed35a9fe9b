/** Two sockets and a cord. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="7" fill="#3346b8" />
      <g fill="none" stroke="#fff" strokeWidth="2.5">
        <circle cx="9" cy="10" r="3" />
        <circle cx="23" cy="22" r="3" />
        <path d="M12 10h4c4 0 0 12 4 12" />
      </g>
      <circle cx="23" cy="10" r="2" fill="#a6b1ff" />
      <circle cx="9" cy="22" r="2" fill="#a6b1ff" />
    </svg>
  )
}
