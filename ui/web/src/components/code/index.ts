export { CodeField } from './CodeField'
export { onOneLine } from './lines'
