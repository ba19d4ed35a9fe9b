export { feature } from './feature'
export { overviewQuery, rulesQuery } from './queries'
export { routes } from './routes'
export { RuleSentence } from './RuleSentence'
