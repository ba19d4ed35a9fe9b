import { Anchor, type AnchorProps } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props extends AnchorProps {
  to: string
  /** The filter of the list at that address. */
  search?: Record<string, string> | undefined
  children: ReactNode
}

/** A link to a list, narrowed to just what is meant. */
export function ListLink({ to, search, children, ...anchor }: Props) {
  return (
    <Anchor {...anchor} renderRoot={(props) => <Link {...props} to={to} {...({ search: search ?? {} } as object)} />}>
      {children}
    </Anchor>
  )
}
