export { type JsonNode, type PathPart, pathText } from './flatten'
export { JsonTree } from './JsonTree'
