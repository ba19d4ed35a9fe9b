import { expect, test } from 'vitest'
import { readMessage } from './mrkdwn'

const line = (text: string) => {
  const [block] = readMessage(text)
  return block?.kind === 'lines' ? block.lines[0] : undefined
}

test('bold, italic and struck out stand at the edges of words only', () => {
  expect(line('a *b* _c_ ~d~')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'bold', pieces: [{ kind: 'text', text: 'b' }] },
    { kind: 'text', text: ' ' },
    { kind: 'italic', pieces: [{ kind: 'text', text: 'c' }] },
    { kind: 'text', text: ' ' },
    { kind: 'strike', pieces: [{ kind: 'text', text: 'd' }] },
  ])
  expect(line('2*3*4 and snake_case_name')).toEqual([{ kind: 'text', text: '2*3*4 and snake_case_name' }])
})

test('links and mentions show what Slack shows', () => {
  expect(line('<https://x.test/a?b=1&amp;c=2|the order> for <@U1> in <#C1|orders> <!here>')).toEqual([
    { kind: 'link', text: 'the order', url: 'https://x.test/a?b=1&c=2' },
    { kind: 'text', text: ' for ' },
    { kind: 'mention', text: '@U1' },
    { kind: 'text', text: ' in ' },
    { kind: 'mention', text: '#orders' },
    { kind: 'text', text: ' ' },
    { kind: 'mention', text: '@here' },
  ])
})

test('escaped signs are text, not markup', () => {
  expect(line('&lt;script&gt;alert(1)&lt;/script&gt; &amp; co')).toEqual([
    { kind: 'text', text: '<script>alert(1)</script> & co' },
  ])
})

test('what only looks like a link is text', () => {
  expect(line('<img src=x onerror=alert(1)>')).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }])
  expect(line('<javascript:alert(1)|hi>')).toEqual([{ kind: 'text', text: '<javascript:alert(1)|hi>' }])
})

test('lines become quotations and code, a list stays as it was typed', () => {
  expect(readMessage('hello\n&gt; said\n• one\n• two\n```a < b```')).toEqual([
    { kind: 'lines', lines: [[{ kind: 'text', text: 'hello' }]] },
    { kind: 'quote', lines: [[{ kind: 'text', text: 'said' }]] },
    { kind: 'lines', lines: [[{ kind: 'text', text: '• one' }], [{ kind: 'text', text: '• two' }]] },
    { kind: 'code', text: 'a < b' },
  ])
})
