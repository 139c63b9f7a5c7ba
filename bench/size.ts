/**
 * Measures the runtime code of the production build in bytes and writes bench/results/size.json.
 *
 * Run: npm run bench:size [-- --check]. With `--check` nothing is written: it fails when a contract grew by more than one percent over the
 * committed size, or passes the limit of EIP-170.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Address, size, zeroAddress } from 'viem'
import { recordCounts } from '../scripts/run/counts.ts'
import { startChain } from './gas/chain.ts'

const file = new URL('./results/size.json', import.meta.url)
/** Bytes that a contract may have (EIP-170). */
const limit = 24_576
const tolerance = 1.01

/** Constructor arguments; which addresses they are does not change the size. */
const someone: Address = '0x00000000000000000000000000000000000000aa'
const suite = {
  AccessManager: [someone],
  TimelockController: [0n, [someone], [zeroAddress], someone],
  Gateway: [someone],
  WatcherSet: [someone, someone],
  AgentRegistry: [],
  Charters: [someone, someone],
  Agreements: [someone, someone, someone],
  TaskEscrow: [someone, someone, someone, someone, someone, someone],
  TaskAssignments: [someone, someone, someone, someone, someone],
  TaskReviews: [someone, someone, someone, someone, someone],
  PortalDesk: [someone, someone, someone, someone, someone],
  TaskPortal: [someone, someone],
  Blackboard: [someone, someone, someone],
  AgentLinks: [someone, someone, someone],
} as const

const isCheck = process.argv.includes('--check')
const before: Record<string, number> = isCheck ? JSON.parse(readFileSync(file, 'utf8')) : {}
const chain = await startChain()
const sizes: Record<string, number> = {}
const faults: string[] = []
for (const [name, args] of Object.entries(suite)) {
  const code = await chain.read.getCode({ address: await chain.deploy(name, args) })
  const bytes = size(code ?? '0x')
  sizes[name] = bytes
  console.log(`${name.padEnd(20)} ${String(bytes).padStart(6)} bytes, ${limit - bytes} left`)
  if (bytes > limit) faults.push(`${name} has ${bytes} bytes, the limit is ${limit}`)
  const old = before[name]
  if (isCheck && (old === undefined || bytes > old * tolerance)) faults.push(`${name} grew from ${old ?? 'nothing'} to ${bytes} bytes`)
}
await chain.stop()
if (!isCheck) writeFileSync(file, `${JSON.stringify(sizes, undefined, 2)}\n`)
for (const fault of faults) console.error(fault)
recordCounts({ runner: 'size', passed: Object.keys(suite).length - faults.length, failed: faults.length, skipped: 0 })
if (faults.length > 0) process.exitCode = 1
