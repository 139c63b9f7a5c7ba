export { type Anvil, anvilPath, startAnvil } from './anvil.ts'
export * from './errors.ts'
export { stopOnEnd, watchParents } from './lifetime.ts'
export { type GuardedProcess, type ProcessEnd, startProcess } from './processes.ts'
