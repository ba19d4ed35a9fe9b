import type { Category } from '@/components/ProviderTile'
import type { ConnectionType } from './queries'

interface KindWords {
  readonly category: Category
  /** What it is for, below its name on the card. */
  readonly summary: string
}

const kinds: Readonly<Record<string, KindWords>> = {
  slack: {
    category: 'chat',
    summary: 'Post messages to a channel. You make an address for it in Slack, in about two minutes.',
  },
  smtp: {
    category: 'mail',
    summary: 'Send mail through your own mailbox: Gmail, Microsoft 365, Fastmail or any other.',
  },
  http: { category: 'code', summary: 'Call any other app that gives out a key, a token, or a user name and password.' },
}

const usual = Object.keys(kinds)

/** Kinds with the most wanted first; others after them. */
export const inOrder = (all: readonly ConnectionType[]): readonly ConnectionType[] =>
  all.toSorted((a, b) => rank(a.type) - rank(b.type))

const rank = (type: string) => (usual.includes(type) ? usual.indexOf(type) : usual.length)

export const categoryOf = (type: string): Category | undefined => kinds[type]?.category

export const summaryOf = (kind: ConnectionType): string => kinds[kind.type]?.summary ?? kind.summary

interface Choice {
  readonly label: string
  readonly description?: string
}

// By kind, field and value. What is not here is shown as the server names it.
const choices: Readonly<Record<string, Choice>> = {
  'smtp.tls.starttls': { label: 'STARTTLS, usual on port 587' },
  'smtp.tls.tls': { label: 'TLS from the start, usual on port 465' },
  'smtp.tls.none': { label: 'None: everybody on the way can read the mails and the password' },
  'http.auth.bearer': { label: 'A token', description: 'Most apps call it “API token” or “Access token”.' },
  'http.auth.header': {
    label: 'A key in a header',
    description: 'The app’s help names the header, such as X-Api-Key.',
  },
  'http.auth.basic': { label: 'User name and password', description: 'Also called “Basic authentication”.' },
  'http.auth.query': {
    label: 'A key in the address',
    description: 'The app’s help shows it as ?key=… at the end of the address.',
  },
  'http.auth.none': { label: 'No sign-in', description: 'For apps that let everybody call them.' },
}

const order = Object.keys(choices)

/** The values of a field in words, the usual one first. */
export function choicesOf(
  kind: string,
  field: string,
  values: readonly string[],
): readonly (Choice & { value: string })[] {
  const at = (value: string) => order.indexOf(`${kind}.${field}.${value}`)
  return values
    .toSorted((a, b) => at(a) - at(b))
    .map((value) => ({ value, ...(choices[`${kind}.${field}.${value}`] ?? { label: value }) }))
}

// Where the server's own words name a field for people who write files.
const titles: Readonly<Record<string, { title?: string; description?: string }>> = {
  'smtp.from': {
    title: 'Mails come from',
    description: 'Your address, also with a name before it: Shop <orders@example.com>.',
  },
  'smtp.username': { description: 'Mostly the address itself.' },
  'smtp.allowedRecipients': { title: 'Send only to', description: 'Domains or addresses. Empty: to everybody.' },
  'http.hosts': {
    title: 'Only for these hosts',
    description: 'The sign-in goes nowhere else. *.example.com stands for all below it.',
  },
  'http.testUrl': {
    title: 'Address for a test',
    description: 'Patchbay reads it once to see whether the sign-in works. Without one, nothing can be tested.',
  },
  'http.secrets': { title: 'More secrets', description: 'Steps use them as ${secret:NAME}.' },
}

export const titleOfField = (kind: string, name: string, title: string): string =>
  titles[`${kind}.${name}`]?.title ?? title

export const descriptionOf = (kind: string, name: string, description: string): string =>
  titles[`${kind}.${name}`]?.description ?? description
