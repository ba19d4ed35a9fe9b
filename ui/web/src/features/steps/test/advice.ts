import type { Schemas } from '@/api/client'
import type { SentencePart } from '@/components/Sentence'
import type { Step } from '../edit'

/** What to do about a test that failed. */
export interface Advice {
  readonly text: readonly SentencePart[]
  /** A setting to go to, with the words of the button. */
  readonly setting?: { readonly location: string; readonly label: string }
  /** The connection is to be mended. */
  readonly connection?: string
  /** The address is private: an administrator can allow it. */
  readonly allow?: boolean
}

/** Advice for the failures that people meet most; undefined when the words of the error are all there is to say. */
export function adviceFor(result: Schemas['StepTest'], step: Step, connection: string): Advice | undefined {
  const { status, error } = answerOf(result.output)
  if (/is a private address/.test(result.error)) {
    const [host = ''] = result.error.split(' is a private address')
    return {
      text: [
        { name: host },
        ' is inside your own network. Patchbay does not call such addresses unless an administrator allows it.',
      ],
      allow: true,
    }
  }
  if (error === 'channel_not_found') {
    const channel = typeof step.with?.['channel'] === 'string' ? step.with['channel'] : ''
    return {
      text: [
        'Slack says the channel ',
        { value: channel },
        ' does not exist. It may have been renamed, or the app is not in it.',
      ],
      setting: { location: 'with.channel', label: 'Choose a channel' },
    }
  }
  if (status === 401 || status === 403 || signInRefused.has(error)) {
    if (connection === '')
      return {
        text: ['The other side wants to know who asks.'],
        setting: { location: 'connection', label: 'Choose a connection' },
      }
    return { text: [{ name: connection }, ' no longer accepts this connection’s key.'], connection: 'Replace key' }
  }
  if (status === 404 || status === 410)
    return {
      text: ['There is nothing at this address.'],
      setting: { location: 'with.url', label: 'Change the address' },
    }
  if (status === 429 || error === 'ratelimited')
    return { text: ['The other side is busy and asked to wait. In a run Patchbay waits and tries again.'] }
  return undefined
}

const signInRefused = new Set([
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'account_inactive',
  'invalid_token',
])

function answerOf(output: unknown): { status: number; error: string } {
  if (typeof output !== 'object' || output === null) return { status: 0, error: '' }
  const status = 'status' in output && typeof output.status === 'number' ? output.status : 0
  return { status, error: 'error' in output && typeof output.error === 'string' ? output.error : '' }
}
