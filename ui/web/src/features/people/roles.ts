import type { Role } from '@/api/session'

interface RoleWords {
  readonly label: string
  readonly description: string
}

/** The roles, from the one that may least, and what each may do. */
export const roles: Readonly<Record<Role, RoleWords>> = {
  viewer: { label: 'Can look', description: 'Sees everything but secrets, changes nothing.' },
  editor: { label: 'Can change', description: 'Makes and changes inboxes, rules and connections too.' },
  admin: { label: 'Administers', description: 'Decides on people, access tokens and settings too.' },
}

/** What a token may do, in the words of the roles that it is like. */
export const scopes = {
  read: { label: 'May read', description: roles.viewer.description },
  write: { label: 'May change', description: roles.editor.description },
  admin: { label: 'May administer', description: roles.admin.description },
} as const

export type Scope = keyof typeof scopes

export const isRole = (text: string): text is Role => text in roles
export const isScope = (text: string): text is Scope => text in scopes
