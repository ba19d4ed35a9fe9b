export { feature } from './feature'
export { rulesQuery } from './queries'
export { routes } from './routes'
export { RuleSentence } from './RuleSentence'
