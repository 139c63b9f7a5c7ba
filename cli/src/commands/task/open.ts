import type { task } from '@hanse/sdk'
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { type Act, defineAct, type Step, step } from '../../act.ts'
import { contentInput, contentOptions, keepContent } from '../../content.ts'
import { OptionInvalidError } from '../../errors.ts'
import { chainIdOf, type Network, nameOf } from '../../network.ts'
import { address, amount, count, duration, percent } from '../../values.ts'

const shape = {
  preset: z.enum(['bounty', 'hire', 'auction', 'quorum'], 'is none of bounty, hire, auction, quorum'),
  ...contentInput,
  chain: z.string().optional(),
  workersOn: z.string().optional(),
  reward: amount,
  bond: amount.optional(),
  token: address.optional(),
  openFor: duration,
  work: duration,
  review: duration,
  grace: duration.optional(),
  evaluator: address.optional(),
  triggerReward: amount.optional(),
  revisions: count.optional(),
  arbitrator: address.optional(),
  disputeBond: amount.optional(),
  dispute: duration.optional(),
  arbitration: duration.optional(),
  worker: address.optional(),
  minStep: percent.optional(),
  reserve: percent.optional(),
  bids: duration.optional(),
  panel: address.optional(),
  gate: address.optional(),
}

type Input = z.output<z.ZodObject<typeof shape>>

/** Posts a task. */
export const open = defineAct({
  name: 'task open',
  summary: 'Post a task with its reward in escrow',
  details: `Presets:
  bounty   whoever claims it first does it
  hire     for one worker (--worker): prints the command with which it accepts
  auction  for whoever asks for least (--min-step, --bids)
  quorum   a bounty that a panel of judges decides (--panel, see hanse task panel)
Amounts are whole coins. The text is kept in .hanse/content; its hash goes on chain.
Example: hanse task open bounty --text "Say hello." --reward 1`,
  arguments: [{ name: '<preset>', summary: 'bounty, hire, auction or quorum' }],
  options: [
    ...contentOptions('what is to be done'),
    { flags: '--reward <coins>', summary: 'what the work is worth', default: '1' },
    { flags: '--bond <coins>', summary: 'what a worker puts in and loses if it does not deliver; default a tenth of the reward' },
    { flags: '--token <address>', summary: 'of an ERC-20 coin; default the native coin' },
    { flags: '--chain <chain>', summary: 'where the task lives; on a devnet by default its first chain' },
    { flags: '--workers-on <chains>', summary: 'other chains whose accounts may do it, with commas; none; default all known' },
    { flags: '--open-for <time>', summary: 'how long it may be claimed', default: '1h' },
    { flags: '--work <time>', summary: 'from claim to submission', default: '10m' },
    { flags: '--review <time>', summary: 'from submission to verdict; silence pays the worker', default: '10m' },
    { flags: '--grace <time>', summary: 'added for workers on other chains; default 2m on a devnet, else 1h' },
    { flags: '--evaluator <address>', summary: 'who judges; default you' },
    { flags: '--trigger-reward <coins>', summary: 'for whoever fires a default that is due' },
    { flags: '--revisions <n>', summary: 'how often you may ask for a revision' },
    { flags: '--arbitrator <address>', summary: 'who rules on disputes' },
    { flags: '--dispute-bond <coins>', summary: 'what contesting and countering cost each' },
    { flags: '--dispute <time>', summary: 'in which a verdict may be countered' },
    { flags: '--arbitration <time>', summary: 'that the arbitrator has' },
    { flags: '--worker <address>', summary: 'hire: who shall do it' },
    { flags: '--min-step <percent>', summary: 'auction: how much less the next bid must ask for' },
    { flags: '--reserve <percent>', summary: 'auction: the most that a bid may ask for' },
    { flags: '--bids <time>', summary: 'auction: how long better bids count after the first' },
    { flags: '--panel <address>', summary: 'quorum: the panel' },
    { flags: '--gate <address>', summary: 'bounty, quorum: nobody claims it before this gate opens (see hanse cell gate)' },
  ],
  input: shape,
  act: async (input, network, { cwd }) => {
    const specHash = await keepContent(input, { directory: network.directory, cwd })
    const chainId = chainIdOf(network, input.chain)
    const terms = await termsOf(input, { network, chainId, specHash })
    return await posting({ input, network, chainId, terms })
  },
})

type Place = { readonly network: Network; readonly chainId: number; readonly specHash: Hex }

async function termsOf(input: Input, { network, chainId, specHash }: Place): Promise<task.Terms> {
  const [{ task }, { parseUnits, zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const { client } = network
  const token: Address = input.token ?? zeroAddress
  const { value: coin } = await task.getToken(client, { chainId, token })
  const units = (text: string | undefined) => (text === undefined ? undefined : parseUnits(text, coin.decimals))
  const reward = units(input.reward) ?? 0n
  const chains = workerChains(input, network, chainId)
  const basics = {
    ...{ chainId, token, reward, specHash, chains },
    requester: client.account?.address ?? zeroAddress,
    openUntil: Math.floor(Date.now() / 1000) + input.openFor,
    workWindow: input.work,
    reviewWindow: input.review,
    grace: chains.length === 0 ? 0 : (input.grace ?? (network.kind === 'devnet' ? 120 : 3_600)),
    ...given({
      triggerReward: units(input.triggerReward),
      maxRevisions: input.revisions,
      arbitrator: input.arbitrator,
      disputeBond: units(input.disputeBond),
      disputeWindow: input.dispute,
      arbitrationWindow: input.arbitration,
    }),
  }
  const judged = { ...basics, ...given({ evaluator: input.evaluator }), workerBond: units(input.bond) ?? reward / 10n }
  const gated = { ...judged, ...given({ gate: input.gate }) }
  if (input.preset === 'bounty') return await task.presets.bounty(client, gated)
  if (input.preset === 'quorum') return await task.presets.quorum(client, { ...gated, panel: needed(input.panel, '--panel') })
  if (input.gate !== undefined)
    throw new OptionInvalidError({ command: 'task open', problems: [{ option: '--gate', problem: 'is for bounty and quorum alone' }] })
  if (input.preset === 'auction') {
    const auction = { minStep: needed(input.minStep, '--min-step'), challengeWindow: needed(input.bids, '--bids') }
    return await task.presets.auction(client, { ...judged, ...auction, ...given({ reserve: input.reserve }) })
  }
  const hired = { ...basics, ...given({ evaluator: input.evaluator, workerBond: units(input.bond) }), chains: [], grace: 0 }
  return await task.presets.hire(client, { ...hired, worker: needed(input.worker, '--worker') })
}

function workerChains({ workersOn }: Input, network: Network, chainId: number): readonly number[] {
  if (workersOn === 'none') return []
  const words = workersOn?.split(',').map((word) => word.trim())
  const chosen = words?.map((word) => chainIdOf(network, word, '--workers-on')) ?? network.chains.map((chain) => chain.chainId)
  return chosen.filter((other) => other !== chainId)
}

/** Parameters without those that nobody gave. */
function given<Values extends object>(values: Values): { [name in keyof Values]?: Exclude<Values[name], undefined> }
function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function needed<Value>(value: Value | undefined, option: string): Value {
  if (value !== undefined) return value
  throw new OptionInvalidError({ command: 'task open', problems: [{ option, problem: 'is needed for this preset' }] })
}

type Posting = { readonly input: Input; readonly network: Network; readonly chainId: number; readonly terms: task.Terms }

async function posting({ input, network, chainId, terms }: Posting): Promise<Act> {
  const [{ task }, { formatUnits, zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const { client } = network
  const { value: coin } = await task.getToken(client, { chainId, token: terms.token })
  const total = `${formatUnits(task.totalOf(terms), coin.decimals)} ${coin.symbol}`
  const allowance: readonly Step[] =
    terms.token === zeroAddress
      ? []
      : [
          step(client, {
            verb: task.approve,
            parameters: { chainId, token: terms.token, amount: task.totalOf(terms) },
            effect: `let the escrow take ${total}`,
          }),
        ]
  const taskId = task.taskIdOf({ chainId, escrow: client.chains.get(chainId)?.deployment.taskEscrow ?? zeroAddress, terms })
  return {
    steps: [
      ...allowance,
      step(client, {
        verb: task.open,
        parameters: { chainId, terms },
        effect: `post a ${input.preset === 'quorum' ? 'bounty for a panel' : input.preset}; ${total} go into escrow`,
      }),
    ],
    next: () => nextOf({ input, network, chainId, terms, taskId }),
  }
}

async function nextOf({ input, network, chainId, terms, taskId }: Posting & { readonly taskId: Hex }): Promise<readonly string[]> {
  const other = network.chains.find((chain) => terms.chains.includes(BigInt(chain.chainId)))
  const as = network.kind === 'devnet' ? ' --as 1' : ''
  const where = other === undefined ? '' : ` --chain ${other.name}`
  if (input.preset === 'auction') return [`hanse task bid ${taskId} --share 90 --deposit${as}`, `hanse why ${taskId}`]
  if (input.preset !== 'hire' || input.worker === undefined) {
    const home = other === undefined ? `on ${nameOf(network, chainId)}` : `through the portal of ${nameOf(network, other.chainId)}`
    return [`hanse task claim ${taskId}${where} --deposit --wait${as}   # as a worker, ${home}`, `hanse why ${taskId}`]
  }
  const { task } = await import('@hanse/sdk')
  const offer = { worker: input.worker, sponsor: input.worker, token: 1, expiry: terms.openUntil }
  const signature = await task.signOffer(network.client, { chainId, terms, offer })
  return [`hanse task hire ${taskId} --expiry ${offer.expiry} --signature ${signature}   # as the worker ${input.worker}`]
}
