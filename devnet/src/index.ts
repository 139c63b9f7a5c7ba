export { accountIndex, devAccount, devMnemonic, devPrivateKey, userAccount, userPrivateKey } from './accounts.ts'
export { type Anvil, anvilPath, startAnvil } from './anvil.ts'
export * from './errors.ts'
export { devTokenAddress, type Faucet } from './faucet.ts'
export { chainsOf, type WorldInfo } from './info.ts'
export { stopOnEnd, watchParents } from './lifetime.ts'
export { type GuardedProcess, type ProcessEnd, startProcess } from './processes.ts'
export { type RpcFault, type RpcLie, type RpcProxy, rpcLies, startRpcProxy } from './rpcProxy.ts'
export type { ChainRules, WorldRules } from './rules.ts'
export { readRulesFile, rulesFileSchema } from './rulesFile.ts'
export {
  busy,
  claim,
  type DevnetStatus,
  downDevnet,
  faultDevnet,
  fundDevnet,
  livingRecord,
  statusOfDevnet,
  upDevnet,
} from './supervisor/client.ts'
export { type Fault, faultSchema } from './supervisor/faults.ts'
export { type DevnetRecord, devnetDirectory, logFile, readRecord } from './supervisor/record.ts'
export { supervise } from './supervisor/supervise.ts'
export { type StartTeamParameters, startTeam, type Team } from './team.ts'
export { startWorld, suiteOfRules, type World, type WorldPhase } from './world.ts'
