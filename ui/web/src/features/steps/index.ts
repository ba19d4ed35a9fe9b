export { retryWords } from './retryWords'
export { StepList } from './StepList'
export { StepPreview } from './preview/StepPreview'
