import type { LogLine } from './queries'

/** What the change log can be narrowed to. */
export const kinds: Readonly<Record<string, string>> = {
  rule: 'Rules',
  inbox: 'Inboxes',
  connection: 'Connections',
  event: 'Events run again or deleted',
  run: 'Runs',
  problem: 'Problems',
  step: 'Tests of steps',
  user: 'People',
  token: 'Access tokens',
  session: 'Signing in and out',
  settings: 'Settings',
  alerts: 'Alerts',
  vars: 'Shared values',
  table: 'Lists',
  recipe: 'Recipes',
  configuration: 'Configuration files',
  backup: 'Backups',
  key: 'Secret key',
  restore: 'Restored data',
  instance: 'First run',
}

// What somebody did. * is the object.
const deeds: Readonly<Record<string, string>> = {
  'alerts.test': 'sent a test alert',
  'alerts.update': 'changed the alerts',
  'backup.download': 'downloaded a backup',
  'backup.write': 'wrote a backup to *',
  'configuration.apply': 'applied the file *',
  'configuration.begin': 'began to apply the file *',
  'connection.compare': 'compared a secret of the connection *',
  'connection.create': 'made the connection *',
  'connection.delete': 'deleted the connection *',
  'connection.test': 'tested the connection *',
  'connection.update': 'changed the connection *',
  'event.delete': 'deleted the event *',
  'event.replay': 'ran the event * again',
  'event.replay-many': 'ran * again',
  'inbox.compare': 'compared the secret of the inbox *',
  'inbox.create': 'made the inbox *',
  'inbox.delete': 'deleted the inbox *',
  'inbox.pause': 'paused the inbox *',
  'inbox.release': 'released the held events of the inbox *',
  'inbox.resume': 'resumed the inbox *',
  'inbox.rotate-key': 'gave the inbox * a new secret address',
  'inbox.secret': 'made the inbox * wait for the secret that came',
  'inbox.send': 'sent a sample to the inbox *',
  'inbox.stop-waiting': 'ended the wait of the inbox * for a secret',
  'inbox.update': 'changed the inbox *',
  'inbox.wait': 'made the inbox * wait for the secret of its sender',
  'instance.setup': 'set Patchbay up',
  'key.rotate': 'changed the key that encrypts secrets',
  'problem.check': 'checked whether * answers',
  'recipe.begin': 'began to set up the recipe *',
  'recipe.import': 'set up the recipe *',
  'restore.release': 'let restored runs go on',
  'rule.create': 'made the rule *',
  'rule.delete': 'deleted the rule *',
  'rule.disable': 'turned the rule * off',
  'rule.discard-draft': 'threw away the draft of the rule *',
  'rule.draft': 'edited the draft of the rule *',
  'rule.enable': 'turned the rule * on',
  'rule.publish': 'published changes of the rule *',
  'rule.restore': 'brought back the rule *',
  'rule.update': 'changed the rule *',
  'run.cancel': 'stopped the run *',
  'run.cancel-many': 'skipped *',
  'run.retry': 'retried the run *',
  'run.retry-many': 'retried *',
  'run.settle': 'said what became of a step of the run *',
  'session.login': 'signed in',
  'session.logout': 'signed out',
  'session.password': 'changed the own password',
  'settings.update': 'changed the settings',
  'step.test': 'sent a test of a step of the rule *',
  'table.delete': 'deleted the list *',
  'table.put': 'changed the list *',
  'token.create': 'made the access token *',
  'token.delete': 'ended the access token *',
  'user.accept': 'accepted an invitation',
  'user.create': 'made the account of *',
  'user.delete': 'removed *',
  'user.invite': 'invited *',
  'user.password-link': 'made a new password link for *',
  'user.uninvite': 'took back an invite link',
  'user.update': 'changed the account of *',
  'vars.update': 'changed the shared values',
}

// What stands in the detail of these is a role or a scope; in the others it is words already, or nothing.
const details: Readonly<Record<string, string>> = {
  viewer: 'can look',
  editor: 'can change',
  admin: 'administers',
  read: 'may read',
  write: 'may change',
  http: 'web service',
  smtp: 'email',
  slack: 'Slack',
}

interface Sentence {
  readonly before: string
  readonly object: string
  readonly after: string
  readonly detail: string
}

/** A line of the change log without who did it: "published changes of the rule", "big-orders". */
export function sentenceOf({ action, object, detail }: LogLine): Sentence {
  const deed = isUnstored(action, object) ? 'tested a new connection' : (deeds[action] ?? `did ${action} to *`)
  const [before = '', after] = deed.split('*')
  return {
    before: before.trimEnd(),
    object: after === undefined || object === '' ? '' : object,
    after: (after ?? '').trim(),
    detail: action === 'token.create' && detail === 'admin' ? 'may administer' : (details[detail] ?? detail.trim()),
  }
}

// What is tried before it is stored has this name.
const isUnstored = (action: string, object: string) => action === 'connection.test' && object === 'new'

const pages: Readonly<Record<string, string>> = {
  rule: '/rules/',
  inbox: '/inboxes/',
  connection: '/connections/',
  step: '/rules/',
  run: '/runs/',
  event: '/events/',
}

/** The page of what was changed; undefined where there is none (any more). */
export function pageOf({ action, object }: LogLine): string | undefined {
  const [kind = '', deed = ''] = action.split('.')
  const base = pages[kind]
  const isOne = object !== '' && !object.includes(' ') && deed !== 'delete'
  return base !== undefined && isOne ? base + object : undefined
}

/** Who did it: a person by name, a token, or the server's own command line. */
export function whoText(who: string, names: ReadonlyMap<string, string>): string {
  if (who === 'local') return 'Command line on the server'
  if (who === '') return 'Patchbay'
  return who.startsWith('token:') ? `Access token ${who.slice('token:'.length)}` : (names.get(who.toLowerCase()) ?? who)
}
