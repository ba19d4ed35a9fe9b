export { ConnectionDrawer } from './ConnectionDrawer'
export { feature } from './feature'
export { type Connection, connectionsQuery } from './queries'
export { routes } from './routes'
