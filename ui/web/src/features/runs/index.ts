export { BulkDialog } from './BulkDialog'
export { feature } from './feature'
export { routes } from './routes'
export { RunTable } from './RunTable'
