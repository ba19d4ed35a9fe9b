import type { Schemas } from '@/api/client'
import { type Group, isGroup, type Part } from './node'

type WireNode = Schemas['ConditionNode']
type Kind = Group['kind']

/*
 * What is switched off stands in the expression behind a constant that decides for it:
 * "true or …" where all must hold, "false and …" where one is enough.
 */
const other = (among: Kind): Kind => (among === 'all' ? 'any' : 'all')
const constant = (among: Kind): string => (among === 'all' ? 'true' : 'false')

/** What is switched off in a member of a group; undefined when it is on. */
export function offIn({ kind, nodes = [] }: WireNode, among: Kind): readonly WireNode[] | undefined {
  const [first, ...rest] = nodes
  const isOff =
    kind === other(among) && rest.length > 0 && first?.kind === 'formula' && first.text?.trim() === constant(among)
  return isOff ? rest : undefined
}

/** A member of a group, written so that nothing asks for it. It is the second one in there. */
export const switchedOff = (node: WireNode, among: Kind): WireNode => ({
  kind: other(among),
  nodes: [{ kind: 'formula', text: constant(among) }, node],
})

/** Whether nothing of a node is asked for. */
export const isOff = (part: Part): boolean => part.off === true || (isGroup(part) && allOff(part))

/** Whether each member of a group is switched off, so that it says nothing. */
export const allOff = ({ nodes }: Group): boolean => nodes.length > 0 && nodes.every(isOff)
