export { EntryCard } from './EntryCard'
export { passwordStrength } from './password'
export { routes } from './routes'
