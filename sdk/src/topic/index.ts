export * from './append.ts'
export * from './fold.ts'
export * from './getTopic.ts'
