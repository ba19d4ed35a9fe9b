import { expect, it } from 'vitest'
import { pairsOf } from './pasted'

it('reads two columns however they are parted, the last of a name counts', () => {
  expect(pairsOf('ann\tU1\r\nben;U2\ncid, "say ""hi"""\n\nnothing\nann\tU9\n;x')).toEqual([
    ['ann', 'U9'],
    ['ben', 'U2'],
    ['cid', 'say "hi"'],
  ])
})
