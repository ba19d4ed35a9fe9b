export { entryRoutes, routes } from './routes'
