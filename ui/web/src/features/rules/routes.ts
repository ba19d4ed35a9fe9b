import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules',
  component: page(() => import('./RuleListPage'), 'RuleListPage'),
})

interface Search {
  /** The event that the rule is shown for. */
  event?: string
  /** What a new rule wants of an event, beside its kind: a formula. */
  when?: string
  /** The inbox of a new rule. */
  inbox?: string
  /** The step that is open. */
  step?: string
  /** The condition that has the focus: its id in verdicts, or "deciding" for the one that said no to the event. */
  row?: string
  tab?: 'runs' | 'history'
}

const text = (search: Record<string, unknown>, key: 'event' | 'when' | 'inbox' | 'step' | 'row') =>
  typeof search[key] === 'string' && search[key] !== '' ? { [key]: search[key] } : {}

// A new rule is /rules/new.
const ruleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules/$id',
  validateSearch: (search: Record<string, unknown>): Search => ({
    ...text(search, 'event'),
    ...text(search, 'when'),
    ...text(search, 'inbox'),
    ...text(search, 'step'),
    ...text(search, 'row'),
    ...(search['tab'] === 'runs' || search['tab'] === 'history' ? { tab: search['tab'] } : {}),
  }),
  component: page(() => import('./RulePage'), 'RulePage'),
})

export const routes = [listRoute, ruleRoute] as const
