export type { Entry, Feature, NavItem } from './feature'
export { isMissingPage, page } from './page'
export { requireSession } from './requireSession'
export { type RouterContext, rootRoute, shellRoute } from './roots'
