export { feature } from './feature'
export { routes } from './routes'
export { nameOf, problemStatus } from './words'
