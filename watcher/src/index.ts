export { type ChainConfig, type Config, parseConfig, type Role, readConfig } from './config.ts'
export * from './errors.ts'
export { startWatcher, type Watcher } from './watcher.ts'
