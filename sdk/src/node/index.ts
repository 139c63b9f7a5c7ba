export * from './directoryStore.ts'
export * from './serveCard.ts'
