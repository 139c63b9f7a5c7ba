/**
 * Writes task.json with ethers and by hand: from the text of the protocol, not from a contract or the SDK, which are tested against it. It is
 * the format, and changes only with a decision record.
 *
 * Run: node test/vectors/generateTask.ts
 */
import { writeFileSync } from 'node:fs'
import { AbiCoder, computeAddress, id, keccak256, ZeroAddress, ZeroHash } from 'ethers'

const coder = AbiCoder.defaultAbiCoder()

/** The fields of `Terms`, in order, with their Solidity types. */
const fields: readonly (readonly [string, string])[] = [
  ['requester', 'address'],
  ['token', 'address'],
  ['reward', 'uint128'],
  ['workerBond', 'uint128'],
  ['slashShare', 'uint16'],
  ['suspectBond', 'uint128'],
  ['answerWindow', 'uint32'],
  ['disputeBond', 'uint128'],
  ['specHash', 'bytes32'],
  ['evaluator', 'address'],
  ['evaluatorFee', 'uint128'],
  ['floor', 'uint16'],
  ['silence', 'uint16'],
  ['arbitrator', 'address'],
  ['defaultSplit', 'uint16'],
  ['allocation', 'address'],
  ['allocationParams', 'bytes32'],
  ['openUntil', 'uint40'],
  ['challengeWindow', 'uint24'],
  ['workWindow', 'uint24'],
  ['reviewWindow', 'uint24'],
  ['disputeWindow', 'uint24'],
  ['arbitrationWindow', 'uint24'],
  ['maxRevisions', 'uint8'],
  ['handoffRule', 'uint8'],
  ['parent', 'bytes32'],
  ['delegable', 'uint128'],
  ['prerequisites', 'bytes32'],
  ['minPrerequisiteShare', 'uint16'],
  ['charter', 'bytes32'],
  ['epoch', 'uint32'],
  ['grace', 'uint24'],
  ['triggerReward', 'uint128'],
  ['salt', 'bytes32'],
  ['chains', 'uint256[]'],
]

type Value = string | string[]
type Terms = Record<string, Value>

const termsType = `tuple(${fields.map(([name, type]) => `${type} ${name}`).join(', ')})`
const account = (seed: string) => computeAddress(id(seed))

/** Every field zero. */
const zero: Terms = Object.fromEntries(fields.map(([name, type]) => [name, zeroOf(type)]))
/** Every field at its end. */
const full: Terms = Object.fromEntries(fields.map(([name, type]) => [name, endOf(type)]))
/** Every field another value, so that no two can be swapped unseen. */
const distinct: Terms = Object.fromEntries(fields.map(([name, type], index) => [name, distinctOf(type, index + 1)]))

function zeroOf(type: string): Value {
  if (type === 'address') return ZeroAddress
  if (type === 'bytes32') return ZeroHash
  return type === 'uint256[]' ? [] : '0'
}

function endOf(type: string): Value {
  if (type === 'address') return `0x${'ff'.repeat(20)}`
  if (type === 'bytes32') return `0x${'ff'.repeat(32)}`
  const end = (bits: number) => ((1n << BigInt(bits)) - 1n).toString()
  return type === 'uint256[]' ? [end(256), end(256)] : end(Number(type.slice('uint'.length)))
}

function distinctOf(type: string, index: number): Value {
  if (type === 'address') return account(`field ${index}`)
  if (type === 'bytes32') return id(`field ${index}`)
  return type === 'uint256[]' ? ['10', '42161', `${index}`] : `${100 + index}`
}

const plain: Terms = {
  ...zero,
  requester: account('requester'),
  reward: '1000000000000000000',
  workerBond: '100000000000000000',
  slashShare: '10000',
  specHash: id('spec'),
  evaluator: account('evaluator'),
  silence: '10000',
  openUntil: '1900000000',
  workWindow: '3600',
  reviewWindow: '7200',
  salt: id('salt'),
}

const escrow = account('escrow')
const cases: Record<string, { chainId: string; escrow: string; terms: Terms }> = {
  plain: { chainId: '1', escrow, terms: plain },
  'on another chain': { chainId: '10', escrow, terms: plain },
  'in another escrow': { chainId: '1', escrow: account('another escrow'), terms: plain },
  'for other chains': { chainId: '1', escrow, terms: { ...plain, token: account('coin'), chains: ['10', '42161'], grace: '600' } },
  'every field another': { chainId: '31337', escrow, terms: distinct },
  'every field at its start': { chainId: '0', escrow: ZeroAddress, terms: zero },
  'every field at its end': { chainId: ((1n << 256n) - 1n).toString(), escrow: `0x${'ff'.repeat(20)}`, terms: full },
}

const valuesOf = (terms: Terms) => fields.map(([name]) => terms[name])

const content = {
  termsType,
  cases: Object.entries(cases).map(([name, { chainId, escrow: home, terms }]) => ({
    name,
    chainId,
    escrow: home,
    terms,
    encoded: coder.encode([termsType], [valuesOf(terms)]),
    taskId: keccak256(coder.encode(['uint256', 'address', termsType], [chainId, home, valuesOf(terms)])),
  })),
}
writeFileSync(new URL('./task.json', import.meta.url), `${JSON.stringify(content, null, 2)}\n`)
