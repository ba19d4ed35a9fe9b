export { feature } from './feature'
export { routes } from './routes'
export { SettingsPage } from './SettingsPage'
