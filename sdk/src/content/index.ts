export * from './kubo.ts'
export * from './memory.ts'
export * from './seal.ts'
export * from './store.ts'
