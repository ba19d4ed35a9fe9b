import type { Schemas } from '@/api/client'

type Rule = Pick<Schemas['Rule'], 'id' | 'name' | 'when' | 'steps'>

const quoted = (name: string) => `["'\`]${escaped(name)}["'\`]`
const escaped = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** The rules whose condition or steps read a shared value. */
export const usersOfValue = (rules: readonly Rule[], name: string): Rule[] =>
  usersOf(
    rules,
    new RegExp(`\\bvars\\s*(\\??\\.\\s*${escaped(name)}(?!\\w)|\\??\\.?\\[\\s*${quoted(name)}\\s*\\])`, 'u'),
  )

/** The rules that look something up in a list. */
export const usersOfList = (rules: readonly Rule[], name: string): Rule[] =>
  usersOf(rules, new RegExp(`\\blookup\\(\\s*${quoted(name)}`, 'u'))

const usersOf = (rules: readonly Rule[], formula: RegExp): Rule[] =>
  rules.filter((rule) => textsOf([rule.when, rule.steps]).some((text) => formula.test(text)))

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
