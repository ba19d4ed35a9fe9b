import type { Feature } from '@/routing'

export { eventQuery, titleOf } from './queries'
export { routes } from './routes'

export const feature: Feature = {}
