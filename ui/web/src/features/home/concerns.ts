import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'
import type { Status } from '@/components/status'
import { nameOf, problemStatus } from '@/features/problems'

/** Something that a person should look at. */
export interface Concern {
  id: string
  status: Status
  /** What it is about; leads to where it is dealt with. */
  name: string
  to: string
  search?: Record<string, string>
  /** What is the matter, in a sentence. */
  words: string
  since?: string
}

const fullSoon = 14 // days before the disk is full
const tightDisk = 0.05 // of the disk free

interface Known {
  problems?: readonly Schemas['Trouble'][] | undefined
  rules?: readonly Schemas['Rule'][] | undefined
  inboxes?: readonly Schemas['Inbox'][] | undefined
  storage?: Schemas['Storage'] | undefined
}

/** What needs a person, the worst first. */
export function concernsOf({ problems = [], rules = [], inboxes = [], storage }: Known): Concern[] {
  return [
    ...problems.map(problem),
    ...(storage ? disk(storage) : []),
    ...inboxes.flatMap(inbox),
    ...rules.flatMap(outdatedDraft),
  ]
}

function problem(p: Schemas['Trouble']): Concern {
  const runs = [
    p.waiting > 0 && countText(p.waiting, 'run waits', 'runs wait'),
    p.failed > 0 && `${p.failed.toLocaleString()} failed`,
    p.unknown > 0 && `${p.unknown.toLocaleString()} may have been sent`,
  ].filter(Boolean)
  return {
    id: `problem ${p.id}`,
    status: problemStatus(p),
    name: nameOf(p),
    to: `/problems/${p.id}`,
    words: [p.reason, runs.length > 0 && `${runs.join(', ')}.`].filter(Boolean).join(' '),
    since: p.since,
  }
}

function disk({ disk: { free, total }, fullInDays }: Schemas['Storage']): Concern[] {
  const soon = fullInDays !== null && fullInDays <= fullSoon
  if (!soon && (total === 0 || free / total > tightDisk)) return []
  return [
    {
      id: 'disk',
      status: { role: 'unsure', word: 'Disk' },
      name: 'Storage',
      to: '/settings/storage',
      words: soon
        ? `Disk is full in about ${countText(Math.max(1, Math.round(fullInDays)), 'day')} at today’s pace.`
        : `Only ${Math.max(1, Math.round((free / total) * 100))}% of the disk is free. When it is full, no more events are accepted.`,
    },
  ]
}

function inbox({ name, title, verify, paused, ledger, refused }: Schemas['Inbox']): Concern[] {
  const called = title || name
  const held = ledger.held > 0 ? `${countText(ledger.held, 'event is', 'events are')} held.` : ''
  const found: Concern[] = []
  if (verify.pending)
    found.push({
      id: `check ${name}`,
      status: { role: 'unsure', word: 'Not finished' },
      name: called,
      to: `/inboxes/${name}`,
      words: `The sender check is not finished. ${held || 'What comes in is held.'}`,
    })
  else if (paused && ledger.held > 0)
    found.push({
      id: `paused ${name}`,
      status: { role: 'neutral', word: 'Paused' },
      name: called,
      to: `/inboxes/${name}`,
      words: `The inbox is paused. ${held}`,
    })
  if (refused.warning)
    found.push({
      id: `stops ${name}`,
      status: { role: 'bad', word: 'Refused' },
      name: called,
      to: `/inboxes/${name}`,
      words: refused.warning,
    })
  else if (refused.today > 0)
    found.push({
      id: `refused ${name}`,
      status: { role: 'bad', word: 'Refused' },
      name: called,
      to: '/events',
      search: { inbox: name, result: 'rejected', since: 'day' },
      words: `${countText(refused.today, 'request was', 'requests were')} refused in the last 24 hours.${refused.reason ? ` ${refused.reason}` : ''}`,
    })
  return found
}

function outdatedDraft(rule: Schemas['Rule']): Concern[] {
  if (!rule.draft?.outdated) return []
  return [
    {
      id: `draft ${rule.id}`,
      status: { role: 'draft', word: 'Draft' },
      name: rule.name,
      to: `/rules/${rule.id}`,
      words: `The draft of ${rule.draft.updatedBy} was made from version ${rule.draft.basedOn}; another one has been published since.`,
      since: rule.draft.updatedAt,
    },
  ]
}
