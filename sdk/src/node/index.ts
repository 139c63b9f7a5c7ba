export * from './directoryStore.ts'
