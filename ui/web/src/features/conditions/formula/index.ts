export { FormulaField } from './FormulaField'
