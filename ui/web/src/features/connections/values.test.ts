import { expect, it } from 'vitest'
import type { Connection, ConnectionType } from './queries'
import { fieldsOf } from './schema'
import { inputOf, isShown, startOf } from './values'

const service: ConnectionType = {
  type: 'http',
  title: 'Web service',
  summary: '',
  secrets: ['password', 'token', 'secrets.*'],
  schema: {
    required: [],
    properties: {
      testUrl: { type: 'string', 'x-order': 5 },
      auth: { type: 'string', enum: ['none', 'basic', 'bearer'], 'x-order': 0 },
      username: { type: 'string', 'x-order': 1, 'x-when': 'auth=basic' },
      password: { type: 'string', writeOnly: true, 'x-order': 2, 'x-when': 'auth=basic' },
      token: { type: 'string', writeOnly: true, 'x-order': 3, 'x-when': 'auth=bearer|header' },
      hosts: { type: ['array', 'string'], items: { type: 'string' }, 'x-order': 4 },
      secrets: { type: 'object', additionalProperties: { writeOnly: true }, 'x-order': 6 },
      port: { type: 'integer', default: 587, 'x-order': 7 },
    },
  },
}

const stored: Connection = {
  name: 'crm',
  title: 'CRM',
  type: 'http',
  with: { hosts: ['a.example'] },
  secrets: { token: 'abcd', 'secrets.KEY': '1234' },
  version: 3,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  lastUsed: null,
  lastError: '',
  usedBy: [],
  alerts: false,
}

it('reads the fields in their order, and when each is there', () => {
  const fields = fieldsOf(service)
  expect(fields.map((f) => f.name)).toEqual([
    'auth',
    'username',
    'password',
    'token',
    'hosts',
    'testUrl',
    'secrets',
    'port',
  ])
  expect(fields.map((f) => f.value)).toEqual(['text', 'text', 'secret', 'secret', 'list', 'text', 'secrets', 'number'])
  expect(fields.filter((f) => isShown(f, { auth: 'bearer' })).map((f) => f.name)).not.toContain('password')
})

it('begins with what is stored, the defaults, and the sign-in that the secrets tell', () => {
  expect(startOf(service, stored)).toEqual({ hosts: ['a.example'], auth: 'bearer', port: 587 })
})

it('leaves out a stored secret that nobody typed, so that it is kept', () => {
  const { with: sent } = inputOf(service, ' CRM ', { ...startOf(service, stored) }, stored.secrets)
  expect(sent).toEqual({ auth: 'bearer', hosts: ['a.example'], port: 587 })
})

it('sends a secret that was typed, without the gap that came with it', () => {
  expect(inputOf(service, 'CRM', { auth: 'bearer', token: ' new\n' }, stored.secrets)).toEqual({
    title: 'CRM',
    type: 'http',
    with: { auth: 'bearer', token: 'new' },
  })
})

it('removes the stored secret of a sign-in that is no longer chosen', () => {
  const sent = inputOf(service, 'CRM', { auth: 'basic', username: 'ann', password: 'pw' }, stored.secrets)
  expect(sent.with).toEqual({ auth: 'basic', username: 'ann', password: 'pw', token: null })
})

it('sends neither what is empty nor what was cleared', () => {
  const values = { auth: 'bearer', token: '', hosts: [], testUrl: '', secrets: {}, port: undefined }
  expect(inputOf(service, 'CRM', values, {}).with).toEqual({ auth: 'bearer' })
})
