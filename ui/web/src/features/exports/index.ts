export { ExportButton } from './ExportButton'
export { ExportDialog } from './ExportDialog'
