export * from './directoryStore.ts'
export * from './serveCard.ts'
export * from './sqliteDirectory.ts'
export * from './sqliteNotes.ts'
