export { retryWords } from './retryWords'
export { StepList } from './StepList'
