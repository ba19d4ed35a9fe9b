export { type Against, choiceOf, type Edit, keyOf } from './against'
