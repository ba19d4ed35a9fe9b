import { useSession } from './session'

/** Who did something, in words: "You", an email address, an access token, the command line. */
export function usePerson(): (who: string) => string {
  const me = useSession().who
  return (who) => personText(who, me)
}

function personText(who: string, me: string): string {
  if (who === me) return 'You'
  if (who === '') return 'Somebody'
  if (who === 'local') return 'Somebody at the command line'
  return who.startsWith('token:') ? `The access token “${who.slice('token:'.length)}”` : who
}
