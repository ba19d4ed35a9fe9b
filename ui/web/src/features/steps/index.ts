export { retryWords } from './retryWords'
export { StepList } from './StepList'
export { Shown as ShownPreview } from './preview/Shown'
export { StepPreview } from './preview/StepPreview'
