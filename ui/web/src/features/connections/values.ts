import { type Field, fieldsOf } from './schema'
import type { Connection, ConnectionType } from './queries'
import type { ConnectionInput } from './useConnection'

/** What a form holds. A secret that nobody typed is not in it; null is one that is to be removed. */
export type Values = Readonly<Record<string, unknown>>

/** The stored secrets: path to last four characters. */
export type Secrets = Readonly<Record<string, string>>

/** Whether a field is there with what the others hold. */
export const isShown = (field: Field, values: Values): boolean =>
  field.when === undefined || field.when.values.some((value) => value === values[field.when?.name ?? ''])

/** What the form of a kind begins with: the stored settings over the defaults. */
export function startOf(kind: ConnectionType, stored?: Connection): Values {
  const defaults = Object.fromEntries(
    fieldsOf(kind).flatMap((f) => (f.fallback === undefined ? [] : [[f.name, f.fallback] as const])),
  )
  const signIn = kind.type === 'http' ? { auth: stored ? signInOf(stored) : 'bearer' } : {}
  return { ...defaults, ...signIn, ...stored?.with }
}

// As the server tells it, where the settings do not say how the connection proves itself.
function signInOf({ with: settings, secrets }: Connection): string {
  if ('token' in secrets) return 'bearer'
  if (settings['username']) return 'basic'
  return 'value' in secrets ? 'header' : 'none'
}

/** What is sent: nothing empty, nothing of fields that are not there, and null for stored secrets of such. */
export function inputOf(kind: ConnectionType, title: string, values: Values, secrets: Secrets): ConnectionInput {
  const settings: Record<string, unknown> = {}
  for (const field of fieldsOf(kind)) {
    const value = values[field.name]
    if (!isShown(field, values)) {
      if (field.name in secrets) settings[field.name] = null
    } else if (value === null ? field.name in secrets : !isEmpty(value)) {
      settings[field.name] = typeof value === 'string' ? value.trim() : value
    }
  }
  return { title: title.trim(), type: kind.type, with: settings }
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === ''
}
