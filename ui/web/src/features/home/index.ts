export { feature } from './feature'
export { routes } from './routes'
export { SetUpAside } from './SetUpAside'
