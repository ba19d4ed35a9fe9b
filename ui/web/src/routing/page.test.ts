import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { page } from './page'

const Hello = () => createElement('p', null, 'hello')

test('a page that was loaded is there at once, without a place holder before it', async () => {
  const Page = page(() => Promise.resolve({ Hello }), 'Hello')
  await Page.preload()
  expect(renderToString(createElement(Page))).toBe('<p>hello</p>')
})

test('a page that could not be loaded is loaded again the next time', async () => {
  let tries = 0
  const load = () => {
    tries += 1
    return tries === 1 ? Promise.reject(new Error('the network is gone')) : Promise.resolve({ Hello })
  }
  const Page = page(load, 'Hello')
  await expect(Page.preload()).rejects.toThrow('the network is gone')
  await Page.preload()
  expect(renderToString(createElement(Page))).toBe('<p>hello</p>')
})
