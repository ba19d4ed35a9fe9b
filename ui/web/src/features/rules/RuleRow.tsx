import { Badge, Group, Switch, Text, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { mayNot, useMay } from '@/api/session'
import { countText } from '@/components/format'
import { FromFile } from '@/components/FromFile'
import { StatusBadge } from '@/components/StatusBadge'
import { lastRunStatus, ruleStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import type { Rule } from './queries'
import { plainSentence, RuleSentence } from './RuleSentence'
import { RowMenu } from './RowMenu'

interface Props {
  rule: Rule
  activity: Schemas['RuleActivity'] | undefined
  phone: boolean
  /** There is room for the name, the sentence and how it went last, no more. */
  narrow: boolean
  onTurn: (on: boolean) => void
  onDelete: () => void
}

export function RuleRow({ rule, activity, phone, narrow, onTurn, onDelete }: Props) {
  const may = useMay('change')
  const last = activity?.last
  const fixed = !may || Boolean(rule.managed)
  const toggle = (
    <Tooltip label={turnText(rule, may)}>
      <Switch
        checked={rule.enabled && rule.version > 0}
        disabled={fixed || rule.version === 0}
        onChange={(e) => onTurn(e.currentTarget.checked)}
        aria-label={`${rule.name} is on`}
      />
    </Tooltip>
  )
  const menu = <RowMenu rule={rule} fixed={fixed} phone={phone} onTurn={onTurn} onDelete={onDelete} />
  if (phone)
    return (
      <>
        <Words rule={rule} phone narrow />
        {menu}
      </>
    )
  return (
    <>
      {toggle}
      <Words rule={rule} phone={false} narrow={narrow} />
      {last ? (
        <Group gap="xs" wrap="nowrap">
          <StatusBadge status={lastRunStatus(last)} />
          <Text size="xs" c="dimmed">
            <TimeAgo at={last.at} />
          </Text>
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          Has not run yet
        </Text>
      )}
      {!narrow && (
        <Text size="xs" c="dimmed" className="number">
          {countText(activity?.today.started ?? 0, 'run')} today
        </Text>
      )}
      {menu}
    </>
  )
}

function Words({ rule, phone, narrow }: { rule: Rule; phone: boolean; narrow: boolean }) {
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Text truncate>
          <Link to="/rules/$id" params={{ id: rule.id }} className="rowLink">
            <bdi>{rule.name || 'Rule without a name'}</bdi>
          </Link>
        </Text>
        {phone && !rule.draft && <StatusBadge status={ruleStatus({ enabled: rule.enabled })} plain />}
        {rule.draft && <StatusBadge status={draftStatus(rule)} plain={phone} />}
        {!narrow &&
          rule.tags?.map((tag) => (
            <Badge key={tag} variant="default" tt="none" flex="0 1 auto">
              {tag}
            </Badge>
          ))}
        {rule.managed && <FromFile file={rule.managed} />}
        {rule.owner && !narrow && (
          <Text size="xs" c="dimmed" truncate>
            {rule.owner}
          </Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" truncate title={plainSentence(rule.sentence)}>
        <RuleSentence parts={rule.sentence} />
      </Text>
    </div>
  )
}

function draftStatus(rule: Rule) {
  if (rule.version === 0) return { role: 'draft' as const, word: 'Draft' }
  const status = ruleStatus({ enabled: rule.enabled, changed: true })
  return status.role === 'draft' ? status : { role: 'draft' as const, word: 'Off, changes not published' }
}

/** Whether it is on, and why that cannot be changed here. */
function turnText(rule: Rule, may: boolean): string {
  if (rule.version === 0) return may ? 'Not published yet.' : mayNot.change
  const state = rule.enabled ? 'On' : 'Off'
  if (!may) return `${state}. ${mayNot.change}`
  return rule.managed ? `${state}. Change it in ${rule.managed}.` : state
}
