import type { RpcObserver } from '../rpc/endpoint.ts'
import { createRegistry } from './registry.ts'

/** All that a watcher counts and measures. */
export type Metrics = ReturnType<typeof createMetrics>

/** Opens the metrics, each in a registry of its own so that several watchers fit in one process. */
export function createMetrics() {
  const registry = createRegistry()
  const gauge = <label extends string>(name: string, help: string, labelNames: readonly label[]) =>
    registry.gauge({ name, help, labelNames })
  const counter = <label extends string>(name: string, help: string, labelNames: readonly label[]) =>
    registry.counter({ name, help, labelNames })
  const histogram = <label extends string>(name: string, help: string, labelNames: readonly label[], buckets: number[]) =>
    registry.histogram({ name, help, labelNames, buckets })
  const seconds = [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300]
  return {
    registry,
    /** Brings gauges up to date whenever somebody reads them, and never otherwise. */
    onRead: registry.onRead,
    headBlock: gauge('watcher_head_block', 'Highest block that a provider told of', ['chain']),
    safeBlock: gauge('watcher_safe_block', 'Block that the chain calls safe, looked at now and then', ['chain']),
    finalBlock: gauge('watcher_final_block', 'Highest block that the finality policy allows', ['chain']),
    syncedBlock: gauge('watcher_synced_block', 'Block up to which everything is here, agreed and complete', ['chain']),
    halted: gauge('watcher_halted', 'One while the chain stands still for good', ['chain', 'reason']),
    reorgs: counter('watcher_reorgs_total', 'Reorgs above finality', ['chain']),
    reorgDepth: histogram('watcher_reorg_depth', 'Blocks taken back by a reorg', ['chain'], [1, 2, 4, 8, 16, 32, 64]),
    incomplete: counter('watcher_incomplete_ranges_total', 'Ranges whose lanes did not fold to the head of the contract', ['chain']),
    disagreements: counter('watcher_provider_disagreements_total', 'Times that too few providers said the same', ['chain']),
    rpcRequests: counter('watcher_rpc_requests_total', 'Requests to providers', ['endpoint', 'method', 'outcome']),
    rpcCalls: counter('watcher_rpc_calls_total', 'Calls inside requests', ['method']),
    rpcCircuit: gauge('watcher_rpc_circuit_state', '0: asked. 1: on trial. 2: left alone', ['endpoint']),
    rpcSeconds: histogram('watcher_rpc_seconds', 'Seconds of a request', ['endpoint'], seconds),
    messages: gauge('watcher_messages', 'Messages by lane and state', ['lane', 'state']),
    oldestUndelivered: gauge('watcher_oldest_undelivered_seconds', 'Since when the oldest message waits that is final', ['lane', 'chain']),
    beyondFinality: histogram('watcher_beyond_finality_seconds', 'Seconds from final at the origin to executed', ['chain'], seconds),
    batchSize: histogram('watcher_deliver_batch_size', 'Messages of a delivery', ['chain'], [1, 2, 4, 8, 16, 32, 64, 128]),
    deadLetters: counter('watcher_deadletter_total', 'Messages that could not be brought', ['reason']),
    signedIndex: gauge('watcher_signed_index', 'Highest nonce signed here', ['lane']),
    peerSignedIndex: gauge('watcher_peer_signed_index', 'Highest nonce signed by a peer', ['signer', 'lane']),
    equivocations: counter('watcher_equivocations_total', 'Contradicting signatures of one watcher', ['signer']),
    signRefused: counter('watcher_sign_refused_total', 'Heads that were not signed', ['reason']),
    attestations: counter('watcher_attestations_total', 'Attestations that came from peers', ['outcome']),
    envelopes: counter('watcher_envelopes_total', 'Envelopes of agents that came', ['outcome']),
    peerUp: gauge('watcher_peer_up', 'Whether a peer answers', ['peer']),
    liveSlots: gauge('watcher_nonce_live_slots', 'Transactions that are not final', ['chain']),
    holeAge: gauge('watcher_nonce_hole_age_seconds', 'Since when the lowest slot waits to be mined', ['chain']),
    gasSpent: counter('watcher_gas_spent_total', 'Coin spent on transactions, in units of 10^18', ['chain']),
    replacements: counter('watcher_tx_replacements_total', 'Transactions sent again at a higher price', ['chain']),
    transactions: counter('watcher_tx_total', 'Transactions sent', ['chain', 'purpose']),
    kept: counter('watcher_kept_total', 'Defaults triggered', ['chain', 'action']),
    paused: gauge('watcher_paused', 'One while a person has stopped a role; chain 0 is all of them', ['role', 'chain']),
    eventLoopLag: gauge('watcher_event_loop_lag_seconds', 'How late the last turn of the clock came', []),
    residentMemory: gauge('watcher_resident_memory_bytes', 'Memory of the process', []),
    leaseEpoch: gauge('watcher_lease_epoch', 'The fence under which this process has a duty; zero when another one has it', [
      'role',
      'chain',
    ]),
    sharedUp: gauge('watcher_shared_store_up', 'Whether the shared store answers', ['schema']),
    sharedWentBack: counter('watcher_shared_store_restored_total', 'Times that the shared store was an older copy of itself', []),
    fenced: counter('watcher_fenced_total', 'Writes that were refused because another process has the duty', ['role']),
    walletBalance: gauge('watcher_wallet_balance', "The deliverer's coin, in units of 10^18", ['chain']),
  }
}

const circuits = { closed: 0, 'half-open': 1, open: 2 } as const

/** Counts one request to a provider. A request of several methods goes under `batch`; one that was not sent is none. */
export function countRequest({ metrics, event }: { metrics: Metrics; event: Parameters<RpcObserver>[0] }): void {
  const { endpoint, calls, outcome, seconds, circuit } = event
  metrics.rpcCircuit.set({ endpoint }, circuits[circuit])
  const first = calls[0]?.method ?? 'none'
  const isMixed = calls.some(({ method }) => method !== first)
  metrics.rpcRequests.inc({ endpoint, method: isMixed ? 'batch' : first, outcome })
  if (outcome === 'held') return
  metrics.rpcSeconds.observe({ endpoint }, seconds)
  const counts = new Map<string, number>()
  for (const { method } of calls) counts.set(method, (counts.get(method) ?? 0) + 1)
  for (const [method, count] of counts) metrics.rpcCalls.inc({ method }, count)
}
