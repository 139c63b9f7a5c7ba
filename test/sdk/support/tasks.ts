import { type Account, type Address, encodeFunctionData, getAddress, type Hex, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'
import { devTokenAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, task, why } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from './chain.ts'

const home = 31_337

/** The people of a task. */
export const people = {
  requester: accountOf('requester'),
  worker: accountOf('worker'),
  successor: accountOf('successor'),
  evaluator: accountOf('evaluator'),
  arbitrator: accountOf('arbitrator'),
  stranger: accountOf('stranger'),
} as const

/** Contracts that answer every call with one word, wherever a task needs a policy or an evaluator with code. */
export const answers = {
  /** A bid that is always better, and a verdict of one basis point. */
  one: getAddress('0x00000000000000000000000000000000000000f1'),
  /** A price of 5,000 basis points, and a verdict of as much. */
  half: getAddress('0x00000000000000000000000000000000000000f2'),
} as const satisfies Record<string, Address>

const words: readonly [Address, Hex][] = [
  [answers.one, '0x60015f5260205ff3'],
  [answers.half, '0x6113885f5260205ff3'],
]

/** One chain, the people of a task, and terms that differ each time. */
export type TaskBench = Awaited<ReturnType<typeof startTasks>>

/** Starts a chain on which everybody is rich, and has an allowance and a deposit. */
export async function startTasks() {
  const chain = await startChain({ chainId: home, accounts: Object.values(people) })
  for (const [address, bytecode] of words) await chain.node.setCode({ address, bytecode })
  const client = clientFor([chain], people.requester)
  for (const account of Object.values(people)) await endow({ chain, client, account })
  let salt = 0

  const now = async () => Number((await chain.node.getBlock()).timestamp)
  const termsNow = async (changes: Partial<task.CreateTermsParameters> = {}): Promise<task.Terms> => {
    const at = await now()
    salt += 1
    return task.createTerms({
      homeChainId: home,
      requester: people.requester.address,
      evaluator: people.evaluator.address,
      specHash: keccak256(stringToHex('spec')),
      reward: parseEther('2'),
      workerBond: parseEther('1'),
      openUntil: at + 1_000,
      workWindow: 500,
      reviewWindow: 500,
      salt: keccak256(stringToHex(`salt ${salt}`)),
      now: at,
      ...changes,
    })
  }
  const at = { chainId: home } as const
  const opened = async (changes: Partial<task.CreateTermsParameters> = {}) => {
    const terms = await termsNow(changes)
    const { event } = await task.open.sync(client, { ...at, terms })
    return { terms, taskId: event.taskId }
  }
  const assigned = async (changes: Partial<task.CreateTermsParameters> = {}) => {
    const posted = await opened(changes)
    const sponsor = people.worker.address
    const { event } = await task.claim.sync(client, { ...at, homeChainId: home, ...posted, sponsor, account: people.worker })
    if (event.via !== 'home') throw new TypeError('claimed through the portal at home')
    return { ...posted, token: event.token }
  }
  const submitted = async (changes: Partial<task.CreateTermsParameters> = {}) => {
    const { terms, taskId, token } = await assigned(changes)
    return { terms, taskId, work: await submit(taskId, token) }
  }
  const submit = async (taskId: Hex, token: number, body = 'report'): Promise<task.Work> => {
    const deliverable = keccak256(stringToHex(body))
    const { event } = await task.submit.sync(client, { ...at, homeChainId: home, taskId, token, deliverable, account: people.worker })
    if (event.via !== 'home') throw new TypeError('submitted through the portal at home')
    return { worker: event.worker, token: event.token, deliverable: event.deliverable }
  }
  const passTime = async (seconds: number) => {
    await chain.node.increaseTime({ seconds })
    await chain.node.mine({ blocks: 1 })
  }
  const view = async (taskId: Hex) => (await task.getTask(client, { ...at, taskId })).value
  const codeOf = async (taskId: Hex) => (await why.whyTask(client, { ...at, taskId })).code
  return { chain, client, at, home, now, termsNow, opened, assigned, submitted, submit, passTime, view, codeOf }
}

type Endow = { readonly chain: TestChain; readonly client: Client; readonly account: Account }

async function endow({ chain, client, account }: Endow): Promise<void> {
  const amount = parseEther('500')
  const mint = encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [account.address, 2n * amount] })
  await chain.send(chain.coin, mint)
  const at = { chainId: chain.chainId, account } as const
  await task.approve.sync(client, { ...at, token: chain.coin, amount: 2n * amount })
  const actor = { chainId: chain.chainId, account: account.address }
  for (const token of [zeroAddress, chain.coin]) await task.deposit.sync(client, { ...at, actor, token, amount: amount / 10n })
}
