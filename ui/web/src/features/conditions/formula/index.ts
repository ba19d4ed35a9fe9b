export { FormulaField } from './LazyFormulaField'
export { referenceQuery } from './reference'
