import { expect, it } from 'vitest'
import { pastedInto } from './pasted'

it.each([
  ['https://hooks.slack.com/services/T0/B0/secret', 'address'],
  ['  https://hooks.slack.com/services/T0/B0/secret\n', 'address'],
  ['https://hooks.slack-gov.com/services/T0/B0/secret', 'address'],
  ['https://hooks.slack.com.evil.example/services/T0/B0/secret', 'other-address'],
  ['xoxb-123-abc', 'bot'],
  ['xoxp-123-abc', 'other-token'],
  ['xapp-1-abc', 'other-token'],
  ['xoxe.xoxp-1-abc', 'other-token'],
  ['https://api.slack.com/apps/A0', 'app-page'],
  ['https://shop.slack.com/archives/C0', 'app-page'],
  ['https://mattermost.example.com/hooks/abc', 'other-address'],
  ['', 'unknown'],
  ['hello', 'unknown'],
])('%s is %s', (text, what) => {
  expect(pastedInto(text)).toBe(what)
})
