export type { PastedRequest } from './curl'
export { type Pasted, type PastedData, usePasted } from './usePasted'
export { PasteOffer } from './PasteOffer'
