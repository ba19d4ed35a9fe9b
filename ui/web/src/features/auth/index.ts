export { EntryCard } from './EntryCard'
export { passwordStrength } from './password'
export { reachOf } from './reach'
export { routes } from './routes'
