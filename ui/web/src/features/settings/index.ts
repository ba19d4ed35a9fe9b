export { feature } from './feature'
export { storageQuery } from './queries'
export { routes } from './routes'
export { SettingsPage } from './SettingsPage'
