/** What a text that was pasted into the form of Slack is. */
export type Pasted = 'address' | 'bot' | 'other-token' | 'app-page' | 'other-address' | 'unknown'

/** Tells by its shape what somebody pasted. */
export function pastedInto(text: string): Pasted {
  const t = text.trim()
  if (t.startsWith('xoxb-')) return 'bot'
  if (/^(xox[a-z]|xapp-|xoxe\.)/.test(t)) return 'other-token'
  if (/^https:\/\/hooks\.slack(-gov)?\.com\/(services|workflows|triggers)\//.test(t)) return 'address'
  if (/^https:\/\/([\w-]+\.)?slack\.com\//.test(t)) return 'app-page'
  return /^https?:\/\//.test(t) ? 'other-address' : 'unknown'
}

/** What is said about it at once. */
export const pastedWords: Record<Exclude<Pasted, 'unknown'>, { good: boolean; words: string }> = {
  address: {
    good: true,
    words: 'This is an address of an incoming webhook. Slack fixed its channel when it was made.',
  },
  bot: { good: true, words: 'This begins with xoxb-: it is a bot token. Each step can choose its channel.' },
  'other-token': {
    good: false,
    words: 'This kind of token cannot post. Copy the “Bot User OAuth Token”, which begins with xoxb-.',
  },
  'app-page': {
    good: false,
    words: 'This is a page of Slack. The address to copy begins with https://hooks.slack.com/services/.',
  },
  'other-address': {
    good: true,
    words: 'This is not an address of Slack itself. It works if that app takes messages as Slack does.',
  },
}
