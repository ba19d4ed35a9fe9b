import { clockText } from '@/components/time'

/** "today 09:12", "3 May 09:12". */
export function whenText(at: string): string {
  const moment = new Date(at)
  const today = moment.toDateString() === new Date().toDateString()
  return `${today ? 'today' : moment.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })} ${clockText(at)}`
}
