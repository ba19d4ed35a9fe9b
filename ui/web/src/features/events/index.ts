import type { Feature } from '@/routing'

export { routes } from './routes'

export const feature: Feature = {}
