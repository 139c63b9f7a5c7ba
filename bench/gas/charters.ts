import { agreementsAbi, chartersAbi } from '@hanse/sdk/abis'
import { type Acceptances, acceptanceTypedData, createIntent, type Plan } from '@hanse/sdk/agreement'
import { type CreateDocumentParameters, charterIdOf, createDocument, documentArgument } from '@hanse/sdk/charter'
import {
  type Address,
  type ContractFunctionArgs,
  compactSignatureToHex,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseSignature,
  signatureToCompactSignature,
  slice,
  toHex,
  zeroHash,
} from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type BenchChain, startChain } from './chain.ts'
import { type Row, row } from './row.ts'

const expiry = Math.floor(Date.now() / 1000) + 7 * 86_400

/** A chain with charters, and how to have people agree on it. */
type World = { readonly chain: BenchChain; readonly charters: Address; readonly agreements: Address; readonly target: Address }

/** Gas of whole agreements: all sign, one transaction brings it, and the account of their party makes one call. Steady state: the account exists. */
export async function charterRows(): Promise<Row[]> {
  const chain = await startChain()
  try {
    const [admin] = chain.accounts
    if (admin === undefined) throw new RangeError('No account')
    const authority = await chain.deploy('AccessManager', [admin.address])
    const charters = await chain.deploy('Charters', [authority, await chain.deploy('Gateway', [authority])])
    const agreements = await chain.read.readContract({ abi: chartersAbi, address: charters, functionName: 'agreements' })
    // Stops at once: what is measured is the agreement.
    const world = { chain, charters, agreements, target: await chain.place('0x00') }
    const rows: Row[] = []
    for (const size of [10, 32, 100, 1_000]) rows.push(row({ name: `agreement.${size}`, gas: await byAll(world, size) }))
    rows.push(row({ name: 'agreement.plan.10', gas: await byParty(world, 10) }))
    return [...rows, ...(await byCharter(world, 10))]
  } finally {
    await chain.stop()
  }
}

/** The n-th person of the bench, sorted by address with the others. */
export function people(count: number): readonly PrivateKeyAccount[] {
  const accounts = Array.from({ length: count }, (_, index) => privateKeyToAccount(keccak256(toHex(`person ${index}`))))
  return accounts.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
}

/** An intent of a type that others read: what the participants agreed on is its data. */
async function byAll(world: World, size: number): Promise<bigint> {
  const members = people(size)
  const plan = { charter: zeroHash, epoch: 0, threshold: size, calls: [], legs: [] } as const
  return agree(world, { members, plan, signed: size, nonce: 9n, coordinationType: keccak256(toHex('BENCH_V1')) })
}

async function byParty(world: World, size: number): Promise<bigint> {
  const members = people(size)
  const plan = { charter: zeroHash, epoch: 0, threshold: size, calls: [callOf(world.target)], legs: [] } as const
  await agree(world, { members, plan, signed: size, nonce: 1n })
  return agree(world, { members, plan, signed: size, nonce: 2n })
}

/** A charter of as many, all of whom sign, and its adoption and amendment by a quorum. */
async function byCharter(world: World, size: number): Promise<Row[]> {
  const members = people(size)
  const quorum = Math.floor(size / 2) + 1
  const document = createDocument({ name: 'Bench', members: members.map(({ address }) => address) })
  const { chain, charters } = world
  const salt = keccak256(toHex('salt'))
  const adopting = encodeFunctionData({ abi: chartersAbi, functionName: 'adopt', args: [documentArgument(document), salt] })
  const founding = { charter: zeroHash, epoch: 0, threshold: quorum, calls: [{ ...callOf(charters), data: adopting }], legs: [] } as const
  const adopt = await agree(world, { members, plan: founding, signed: quorum, nonce: 3n })
  const charter = charterIdOf({ homeChainId: chain.chainId, charters, document, salt })
  const plan = { charter, epoch: 1, threshold: 0, calls: [callOf(world.target)], legs: [] } as const
  await agree(world, { members, plan, signed: size, nonce: 4n })
  const gas = await agree(world, { members, plan, signed: size, nonce: 5n })
  const next = createDocument({ ...document, windows: { review: 3_600 } })
  const amending = encodeFunctionData({ abi: chartersAbi, functionName: 'amend', args: [charter, 2, documentArgument(next)] })
  const change = { ...plan, calls: [{ ...callOf(charters), data: amending }] }
  const amend = await agree(world, { members, plan: change, signed: quorum, nonce: 6n })
  return [
    row({ name: `agreement.charter.${size}`, gas }),
    row({ name: `charter.adopt.${size}`, gas: adopt }),
    row({ name: `charter.amend.${size}`, gas: amend }),
  ]
}

function callOf(target: Address) {
  return { target, value: 0n, data: '0x12345678' } as const
}

/** A charter of some who sign here and some who do not, adopted by a quorum of those who do. Returns its id. */
export async function adoptWith({ chain, charters, founders, others, salt, policies = {} }: Adoption): Promise<Hex> {
  const agreements = await chain.read.readContract({ abi: chartersAbi, address: charters, functionName: 'agreements' })
  const document = createDocument({ name: 'Bench', members: [...founders.map(({ address }) => address), ...others], policies })
  const adopting = encodeFunctionData({ abi: chartersAbi, functionName: 'adopt', args: [documentArgument(document), salt] })
  const members = document.members.map((address) => founders.find((founder) => founder.address === address) ?? address)
  const plan = {
    ...{ charter: zeroHash, epoch: 0, threshold: document.quorum, legs: [] },
    calls: [{ ...callOf(charters), data: adopting }],
  } as const
  await agree({ chain, agreements }, { members, plan, signed: document.quorum, nonce: 1n })
  return charterIdOf({ homeChainId: chain.chainId, charters, document, salt })
}

type Adoption = Pick<World, 'chain' | 'charters'> & {
  readonly founders: readonly PrivateKeyAccount[]
  readonly others: readonly Address[]
  readonly salt: Hex
  readonly policies?: CreateDocumentParameters['policies']
}

type Agreement = {
  /** Ascending. Those who do not hold a key here cannot sign. */
  readonly members: readonly (PrivateKeyAccount | Address)[]
  readonly plan: Plan
  readonly signed: number
  readonly nonce: bigint
  /** Default: that of a plan. */
  readonly coordinationType?: Hex
}

/** The first so many members that can sign do, and one transaction brings it all. */
export async function agree(
  { chain, agreements }: Pick<World, 'chain' | 'agreements'>,
  { members, plan, signed, nonce, coordinationType }: Agreement,
): Promise<bigint> {
  const participants = members.map((member) => (typeof member === 'string' ? member : member.address))
  const { intent, payload, intentHash } = createIntent({
    participants,
    plan,
    expiry,
    nonce,
    ...(coordinationType === undefined ? {} : { coordinationType }),
  })
  const home = { chainId: chain.chainId, agreements, intentHash, expiry: BigInt(expiry), conditionsHash: payload.conditionsHash }
  const signers = members.flatMap((member, index) => (typeof member === 'string' ? [] : [{ member, index }])).slice(0, signed)
  const keys = await Promise.all(
    signers.map(async ({ member }) => compact(await member.signTypedData(acceptanceTypedData({ ...home, participant: member.address })))),
  )
  const words = Array<bigint>(Math.ceil(members.length / 256)).fill(0n)
  for (const { index } of signers) words[index >> 8] = (words[index >> 8] ?? 0n) | (1n << BigInt(index & 255))
  const acceptances: Acceptances = { expiry: BigInt(expiry), signers: words, keys, wallets: [] }
  const args: ContractFunctionArgs<typeof agreementsAbi, 'nonpayable', 'agree'> = [intent, payload, acceptances]
  return chain.send({ to: agreements, data: encodeFunctionData({ abi: agreementsAbi, functionName: 'agree', args }) })
}

function compact(signature: Hex): { r: Hex; vs: Hex } {
  const hex = compactSignatureToHex(signatureToCompactSignature(parseSignature(signature)))
  return { r: slice(hex, 0, 32), vs: slice(hex, 32) }
}
