import { expect, it } from 'vitest'
import { stepParts } from './stepParts'

it('shows the address below a step that names it, and in place inside of a longer one', () => {
  const address = 'https://hooks.example.com/in/code'
  expect(stepParts('Open the settings.', address)).toEqual({ text: 'Open the settings.', showsAddress: false })
  expect(stepParts('Paste {{address}} as the URL.', address)).toEqual({
    text: 'Paste this address as the URL.',
    showsAddress: true,
  })
  expect(stepParts('Open https://example.com/?url={{address}}&x=1.', address)).toEqual({
    text: 'Open https://example.com/?url=https://hooks.example.com/in/code&x=1.',
    showsAddress: false,
  })
})
