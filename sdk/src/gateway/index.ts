export * from './attestation.ts'
export * from './header.ts'
export * from './interoperable.ts'
export * from './lane.ts'
