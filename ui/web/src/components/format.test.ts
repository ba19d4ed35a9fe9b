import { expect, it } from 'vitest'
import { bytesText, countText, durationText, moneyText, parseDuration } from './format'

it('writes sizes, counts and amounts', () => {
  expect([bytesText(640), bytesText(1_500_000), bytesText(20 * 1024 ** 2)]).toEqual(['640 B', '1.4 MB', '20 MB'])
  expect([countText(1, 'rule'), countText(1310, 'rule'), countText(2, 'try', 'tries')]).toEqual([
    '1 rule',
    '1,310 rules',
    '2 tries',
  ])
  expect([moneyText('640', 'USD'), moneyText('1234.5'), moneyText('n/a')]).toEqual(['640.00 USD', '1,234.50', 'n/a'])
})

it.each([
  [0, 'under 1 ms'],
  [0.7, 'under 1 ms'],
  [6, '6 ms'],
  [1234, '1.2 s'],
  [999.7, '1 s'],
  [59_960, '1 min'],
  [119_600, '2 min'],
  [200_000, '3 min 20 s'],
  [58 * 60_000, '58 min'],
  [63 * 60_000, '1 h 3 min'],
])('%s ms is %s', (milliseconds, words) => {
  expect(durationText(milliseconds)).toBe(words)
})

it('reads durations of the API and nothing else', () => {
  expect([parseDuration('1m30s'), parseDuration('1.5ms'), parseDuration('30'), parseDuration('1s x')]).toEqual([
    90_000,
    1.5,
    undefined,
    undefined,
  ])
})
