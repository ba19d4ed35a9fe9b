import { expect, it } from 'vitest'
import { filterSenders } from './filterSenders'

it('finds a sender by its title, its id and its other names', () => {
  const filter = filterSenders([
    { id: 'meta', title: 'Meta', aliases: ['whatsapp', 'instagram'] },
    { id: 'bitbucket-server', title: 'Bitbucket Data Center', aliases: [] },
  ])
  const options = [
    {
      group: 'Apps',
      items: [
        { value: 'meta', label: 'Meta' },
        { value: 'bitbucket-server', label: 'Bitbucket Data Center' },
      ],
    },
  ]
  const found = (search: string) =>
    filter({ options, search, limit: 100 }).flatMap((o) =>
      'items' in o ? o.items.map((i) => ('value' in i ? i.value : '')) : [],
    )
  expect(found('WhatsApp ')).toEqual(['meta'])
  expect(found('data c')).toEqual(['bitbucket-server'])
  expect(found('server')).toEqual(['bitbucket-server'])
  expect(found('')).toEqual(['meta', 'bitbucket-server'])
  expect(found('zzz')).toEqual([])
})
