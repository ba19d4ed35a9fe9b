import { useQuery } from '@tanstack/react-query'
import { inboxListQuery } from '@/api/inboxes'
import { overviewQuery, rulesQuery } from '@/features/rules'
import { Checklist, isSetUp } from './Checklist'

/** The checklist beside another page, as long as a tick is missing. */
export function SetUpAside({ className }: { className: string | undefined }) {
  const { data } = useQuery(overviewQuery)
  const inboxes = useQuery(inboxListQuery)
  const rules = useQuery(rulesQuery)
  if (data === undefined || isSetUp(data.checklist) || !inboxes.data || !rules.data) return null
  return (
    <aside className={className} aria-label="Set-up">
      <Checklist done={data.checklist} inboxes={inboxes.data.items} rules={rules.data} />
    </aside>
  )
}
