export { createSync, delay, type Sync } from './createSync.ts'
export {
  ChainHaltedError,
  ChainMovedError,
  FinalityViolatedError,
  LaneIncompleteError,
  ProvidersDisagreeError,
  RpcRefusedError,
  RpcUnavailableError,
  SyncConfigError,
} from './errors.ts'
export { httpEndpoint } from './http.ts'
export { type LaneStep, laneAdvancedTopic, laneSteps, messageSentTopic } from './lanes.ts'
export { isRecord, type RpcCall, type RpcReply, type Transport } from './rpc.ts'
export { decodeState, encodeState, memoryStore } from './store.ts'
export { eip1193Transport, httpTransport } from './transport.ts'
export type {
  BlockHeader,
  BlockRef,
  Halt,
  LaneSource,
  LaneState,
  SyncBlock,
  SyncCounter,
  SyncLog,
  SyncNotification,
  SyncSource,
  SyncState,
  SyncStatus,
  SyncStore,
} from './types.ts'
export { type WatchedEvent, watchEvents } from './watchEvents.ts'
