import { blackboardAbi, gatewayAbi } from '@hanse/sdk/abis'
import type { Lane } from '@hanse/sdk/gateway'
import { type Address, encodeAbiParameters, encodeFunctionData, type Hex, keccak256, parseAbiParameters, toHex, zeroAddress } from 'viem'
import { deliverOne, type GatewayWorld, linkLane, startGatewayWorld } from './gateway.ts'
import { type Row, row } from './row.ts'

const remoteChainId = 2002n
const hash = (text: string): Hex => keccak256(toHex(text))
const accountOf = (text: string): Address => `0x${hash(text).slice(26)}`
const [remoteBoard, proposer] = [accountOf('remote board'), accountOf('proposer')]
const deadline = 1_999_999_999

const proposalFields = parseAbiParameters(
  'uint8 kind, (address account, bytes32 space, bytes32 key, uint32 expectedVersion, uint40 deadline, bytes value)',
)
const answerFields = parseAbiParameters('uint8 kind, (bytes32 sendId, address account, uint8 refusal, uint64 version)')

/** Gas of a write that travels: proposed on one chain, decided on its home, answered; one message a delivery, 3 of 5 watchers, steady state. */
export async function proposalRows(): Promise<Row[]> {
  const world = await startGatewayWorld()
  try {
    const { board, space } = await startBoard(world)
    const lane: Lane = {
      originChainId: remoteChainId,
      originGateway: accountOf('remote gateway'),
      destinationChainId: BigInt(world.chain.chainId),
    }
    await linkLane(world, lane)
    await world.chain.send({
      to: world.gateway,
      data: encodeFunctionData({ abi: gatewayAbi, functionName: 'linkDestination', args: [remoteChainId] }),
    })
    const payloads = [0, 1, 0].map((version) => proposalOf(space, version))
    const messages = [...payloads, answer].map((payload) => ({
      sender: remoteBoard,
      recipient: board,
      gasLimit: 400_000,
      deliverBefore: 0,
      payload,
    }))
    const gas: bigint[] = []
    for (const index of messages.keys()) gas.push(await deliverOne(world, { lane, messages, index }))
    const propose = () => world.chain.send({ to: board, data: proposeCall(space) })
    await propose()
    return [
      row({ name: 'cell.propose', gas: await propose() }),
      row({ name: 'cell.deliver', gas: gas[1] ?? 0n }),
      row({ name: 'cell.deliver.refused', gas: gas[2] ?? 0n }),
      row({ name: 'cell.answer', gas: gas[3] ?? 0n }),
    ]
  } finally {
    await world.chain.stop()
  }
}

function proposalOf(space: Hex, expectedVersion: number): Hex {
  return encodeAbiParameters(proposalFields, [
    0,
    { account: proposer, space, key: hash('cell'), expectedVersion, deadline, value: hash(`value ${expectedVersion}`) },
  ])
}

const answer = encodeAbiParameters(answerFields, [2, { sendId: hash('message'), account: proposer, refusal: 0, version: 2n }])

function proposeCall(space: Hex): Hex {
  const args = [remoteChainId, space, hash('cell'), 1, deadline, hash('value')] as const
  return encodeFunctionData({ abi: blackboardAbi, functionName: 'propose', args })
}

async function startBoard({ chain, gateway, authority }: GatewayWorld): Promise<{ board: Address; space: Hex }> {
  const charters = await chain.deploy('Charters', [authority, gateway])
  const board = await chain.deploy('Blackboard', [authority, gateway, charters])
  await chain.send({
    to: board,
    data: encodeFunctionData({ abi: blackboardAbi, functionName: 'linkBoard', args: [remoteChainId, remoteBoard] }),
  })
  const writers = [{ chainId: remoteChainId, account: proposer }]
  const args = [3_600, zeroAddress, hash('space of proposals'), writers] as const
  const data = encodeFunctionData({ abi: blackboardAbi, functionName: 'openSpace', args })
  const { data: space } = await chain.read.call({ to: board, data, account: chain.accounts[0] })
  if (space === undefined) throw new RangeError('The bench opened no space')
  await chain.send({ to: board, data })
  return { board, space }
}
