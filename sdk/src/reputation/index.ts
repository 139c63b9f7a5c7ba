export * from './known.ts'
export * from './reputationOf.ts'
