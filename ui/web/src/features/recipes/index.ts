export { feature } from './feature'
export { routes } from './routes'
