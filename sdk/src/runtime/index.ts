export * from './holdLease.ts'
