export { ActivityTabs } from './ActivityTabs'
export { feature } from './feature'

export const routes = [] as const
