import type { Feature } from '@/routing'

export const routes = [] as const

export const feature: Feature = {}
