import { expect, test } from 'vitest'
import { answersOf, asked, beginning, partOf } from './answers'
import type { Recipe, RecipeInput } from './queries'
import { appsOf, found } from './search'

const input = (more: Partial<RecipeInput>): RecipeInput => ({
  name: '',
  type: 'text',
  label: '',
  help: '',
  choices: [],
  connection: '',
  hosts: [],
  creates: false,
  notAsked: [],
  canWait: false,
  ...more,
})

const recipe: Recipe = {
  name: 'big',
  revision: 1,
  title: 'Big order to Slack',
  sentence: 'When an order comes in, send a message.',
  from: ['Shopify'],
  to: ['Slack'],
  tags: ['sales'],
  difficulty: 'easy',
  minutes: 10,
  inputs: [
    input({ name: 'inbox', type: 'inbox', creates: true, notAsked: ['secret'], default: 'shopify' }),
    input({ name: 'secret', type: 'secret', canWait: true }),
    input({ name: 'limit', type: 'number', default: 500 }),
    input({ name: 'slack', type: 'connection', creates: true, notAsked: ['url'], default: 'slack' }),
    input({ name: 'url', type: 'secret' }),
  ],
  scheme: 'shopify',
  keyed: false,
  publicUrl: '',
  sender: [],
  destinations: [],
  permissions: {
    inboxes: [],
    connections: [],
    rules: [],
    hosts: [],
    mail: [],
    programs: [],
    secrets: [],
    answers: false,
  },
  samples: [],
  tests: [],
  checked: [],
}

test('what belongs to a connection that is reused is neither asked nor sent', () => {
  const filled = { ...beginning(recipe), reuse: { slack: 'team' }, values: { limit: '600', url: 'typed before' } }
  expect(asked(recipe, filled).map((i) => i.name)).toEqual(['inbox', 'secret', 'limit', 'slack'])
  expect(answersOf(recipe, filled)).toMatchObject({ inputs: { limit: '600', slack: 'team' }, reuse: ['slack'] })
  expect(answersOf(recipe, filled).inputs).not.toHaveProperty('url')
})

test('a secret that is left for later is not sent, whatever was typed', () => {
  const filled = { ...beginning(recipe), later: true, values: { secret: 'half of', url: 'x' } }
  expect(answersOf(recipe, filled)).toMatchObject({ inputs: { url: 'x' }, later: true })
  expect(answersOf(recipe, filled).inputs).not.toHaveProperty('secret')
})

test('questions stand with what they belong to', () => {
  expect(recipe.inputs.map((i) => partOf(recipe, i))).toEqual([
    'sender',
    'sender',
    'choices',
    'destination',
    'destination',
  ])
})

test('all words of a search have to stand in a recipe', () => {
  expect(found([recipe], 'order slack', '')).toEqual([recipe])
  expect(found([recipe], 'order teams', '')).toEqual([])
  expect(found([recipe], '', 'Slack')).toEqual([recipe])
  expect(found([recipe], '', 'Teams')).toEqual([])
  expect(appsOf([recipe, recipe])).toEqual(['Shopify', 'Slack'])
})
