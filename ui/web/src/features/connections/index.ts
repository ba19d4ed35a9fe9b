export { ConnectionDrawer } from './ConnectionDrawer'
export { feature } from './feature'
export {
  type Connection,
  connectionsQuery,
  kindsQuery as connectionTypesQuery,
  titleOf as connectionTitle,
} from './queries'
export { routes } from './routes'
