import { expect, test } from 'vitest'
import { readCurl, wordsOf } from './curl'
import { readPasted } from './usePasted'

test('the words of a command are those that a shell would see', () => {
  expect(wordsOf(`curl -d 'a "b" \\c' "d\\"e \\n"x\\ y`)).toEqual(['curl', '-d', 'a "b" \\c', 'd"e \\nx y'])
  expect(wordsOf("curl $'it\\'s\\n\\u00e9'")).toEqual(['curl', "it's\né"])
  expect(wordsOf("curl -d 'open")).toBeUndefined()
})

test('a curl command is the request that it would make', () => {
  expect(
    readCurl(`curl -sS -X PUT https://api.example.com/v1/orders?x=1 \\
      -H 'Content-Type: application/json' --header "X-Team: ops" \\
      --data-raw '{"total":640.00}' --compressed`),
  ).toEqual({
    kind: 'request',
    method: 'PUT',
    url: 'https://api.example.com/v1/orders?x=1',
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Team', 'ops'],
    ],
    body: '{"total":640.00}',
    secrets: [],
  })
  expect(readCurl('curl example.com/a -da=1 -d b=2')).toMatchObject({
    method: 'POST',
    url: 'http://example.com/a',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'a=1&b=2',
  })
  expect(readCurl('curl -G https://example.com/ -d q=1')).toMatchObject({
    method: 'GET',
    url: 'https://example.com/?q=1',
    body: '',
    headers: [],
  })
  expect(readCurl(`curl --json '{}' https://example.com/`)).toMatchObject({
    headers: [['Content-Type', 'application/json']],
  })
})

test('secrets of a command are named and left out', () => {
  const read = readCurl(
    `curl https://example.com/ -u ann:pass -H 'Authorization: Bearer abc' -H 'X-Api-Key: def' -b s=1`,
  )
  expect(read).toMatchObject({ headers: [], secrets: ['Authorization', 'X-Api-Key', 'Cookie'] })
  expect(JSON.stringify(read)).not.toMatch(/abc|def|pass/)
})

test('what cannot be carried over, and what is no request, is left alone', () => {
  expect(readPasted('curl https://example.com/ -d @orders.json')).toBeUndefined()
  expect(readPasted('curl https://example.com/ -F file=@a')).toBeUndefined()
  expect(readPasted('curled hair')).toBeUndefined()
  expect(readPasted('{"a": 1,')).toBeUndefined()
  expect(readPasted('12')).toBeUndefined()
  expect(readPasted(' {"a": 1} ')).toEqual({ kind: 'data', text: '{"a": 1}' })
})
