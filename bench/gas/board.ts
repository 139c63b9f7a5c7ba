import { blackboardAbi } from '@hanse/sdk/abis'
import {
  type Account,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseEventLogs,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { type BenchChain, startChain } from './chain.ts'
import { adoptWith, people } from './charters.ts'
import { type Row, row } from './row.ts'

const hour = 3_600
const hash = (text: string): Hex => keccak256(toHex(text))

type BoardWorld = {
  readonly chain: BenchChain
  readonly board: Address
  readonly charters: Address
  readonly space: Hex
  readonly ada: Account
  readonly bo: Account
}

type Name = ContractFunctionName<typeof blackboardAbi, 'nonpayable'>
type Call<name extends Name> = {
  readonly functionName: name
  readonly args: ContractFunctionArgs<typeof blackboardAbi, 'nonpayable', name>
  readonly from?: Account
  readonly reverts?: boolean
}

/** Gas of cells, leases and topics with values of 32 bytes that are not zero, in the steady state unless the name says first. */
export async function boardRows(): Promise<Row[]> {
  const world = await startBoardWorld()
  try {
    return [
      ...(await cellRows(world)),
      ...(await charterRows(world)),
      ...(await manyRow(world)),
      ...(await leaseRows(world)),
      ...(await topicRows(world)),
    ]
  } finally {
    await world.chain.stop()
  }
}

type Written = { readonly first: bigint; readonly later: bigint; readonly stale: bigint }

/** A cell that nobody wrote before, again on top of that, and too late. */
async function writeThrice(world: BoardWorld, space: Hex): Promise<Written> {
  const key = hash('section')
  const write = (version: number, reverts = false) =>
    send(world, { functionName: 'write', args: [space, key, BigInt(version), hash(`value ${version}`)], reverts })
  return { first: await write(0), later: await write(1), stale: await write(1, true) }
}

async function cellRows(world: BoardWorld): Promise<Row[]> {
  const { first, later, stale } = await writeThrice(world, world.space)
  return [row({ name: 'cell.first', gas: first }), row({ name: 'cell.write', gas: later }), row({ name: 'cell.stale', gas: stale })]
}

/**
 * In the space of a charter of three members, which the bars are for, and of 100. Its list is searched by halves; of the three the writer is one
 * that is found last.
 */
async function charterRows(world: BoardWorld): Promise<Row[]> {
  const few = await writeThrice(world, await chartered(world, 3))
  const many = await writeThrice(world, await chartered(world, 100))
  return [
    row({ name: 'cell.charter.first', gas: few.first }),
    row({ name: 'cell.charter.write', gas: few.later }),
    row({ name: 'cell.charter.write.100', gas: many.later }),
  ]
}

/** A charter whose space it is, of so many members; the writer of the bench is one. */
function chartered({ chain, charters, ada }: BoardWorld, size: number): Promise<Hex> {
  return adoptWith({ chain, charters, founders: people(size - 1), others: [ada.address], salt: hash(`charter of ${size}`) })
}

async function manyRow(world: BoardWorld): Promise<Row[]> {
  const writeAt = (expectedVersion: number) => {
    const writes = Array.from({ length: 10 }, (_, i) => ({
      space: world.space,
      key: hash(`section ${i}`),
      expectedVersion,
      value: hash(`value ${i} at ${expectedVersion}`),
    }))
    return send(world, { functionName: 'writeMany', args: [writes] })
  }
  await writeAt(0)
  return [row({ name: 'cell.writeMany.10', gas: await writeAt(1), per: 'cell', n: 10 })]
}

/** A cell that was written, held and released before. */
async function leaseRows(world: BoardWorld): Promise<Row[]> {
  const { space, chain, ada, bo } = world
  const key = hash('lock')
  await send(world, { functionName: 'write', args: [space, key, 0n, hash('free')] })
  await send(world, { functionName: 'acquire', args: [space, key, hour], from: bo })
  await send(world, { functionName: 'release', args: [space, key, 2], from: bo })
  const acquire = await send(world, { functionName: 'acquire', args: [space, key, 600] })
  const lost = await send(world, { functionName: 'acquire', args: [space, key, 600], from: bo, reverts: true })
  await chain.wait(60)
  const renew = await send(world, { functionName: 'renew', args: [space, key, 4, 600] })
  const write = await send(world, { functionName: 'write', args: [space, key, 4n, hash('under a lease')] })
  const against = await send(world, { functionName: 'write', args: [space, key, 5n, hash('against it')], from: bo, reverts: true })
  const handoff = await send(world, { functionName: 'handoff', args: [space, key, 4, bo.address], from: ada })
  const release = await send(world, { functionName: 'release', args: [space, key, 6], from: bo })
  const late = await send(world, { functionName: 'release', args: [space, key, 6], from: bo, reverts: true })
  return [
    row({ name: 'lease.acquire', gas: acquire }),
    row({ name: 'lease.lost', gas: lost }),
    row({ name: 'lease.renew', gas: renew }),
    row({ name: 'lease.write', gas: write }),
    row({ name: 'lease.writeAgainst', gas: against }),
    row({ name: 'lease.handoff', gas: handoff }),
    row({ name: 'lease.release', gas: release }),
    row({ name: 'lease.lateRelease', gas: late }),
  ]
}

async function topicRows(world: BoardWorld): Promise<Row[]> {
  const append = (data: Hex) => send(world, { functionName: 'append', args: [world.space, hash('feed'), data] })
  const first = await append(hash('first'))
  return [
    row({ name: 'topic.first.32B', gas: first }),
    row({ name: 'topic.append.32B', gas: await append(hash('second')) }),
    row({ name: 'topic.append.256B', gas: await append(`0x${'5a'.repeat(256)}`) }),
  ]
}

async function startBoardWorld(): Promise<BoardWorld> {
  const chain = await startChain()
  const [admin, ada, bo] = chain.accounts
  if (!admin || !ada || !bo) throw new RangeError('The bench needs three accounts')
  const authority = await chain.deploy('AccessManager', [admin.address])
  const gateway = await chain.deploy('Gateway', [authority])
  const charters = await chain.deploy('Charters', [authority, gateway])
  const board = await chain.deploy('Blackboard', [authority, gateway, charters])
  const writers = [ada, bo].map(({ address }) => ({ chainId: BigInt(chain.chainId), account: address }))
  const world = { chain, board, charters, ada, bo }
  const space = await opened(
    { ...world, space: zeroHash },
    { functionName: 'openSpace', args: [hour, zeroAddress, hash('space'), writers] },
  )
  return { ...world, space }
}

async function opened(world: BoardWorld, call: Call<'openSpace'>): Promise<Hex> {
  await send(world, call)
  const logs = await world.chain.read.getLogs({ address: world.board, fromBlock: 'latest' })
  const [event] = parseEventLogs({ abi: blackboardAbi, eventName: 'SpaceOpened', logs })
  if (event === undefined) throw new RangeError('The bench opened no space')
  return event.args.space
}

function send<const name extends Name>(world: BoardWorld, { from, reverts = false, ...call }: Call<name>): Promise<bigint> {
  // The ABI decides which arguments fit; the bench is checked against it above.
  const data = Reflect.apply(encodeFunctionData, undefined, [{ abi: blackboardAbi, ...call }])
  return world.chain.send({ to: world.board, data, from: from ?? world.ada, reverts })
}
