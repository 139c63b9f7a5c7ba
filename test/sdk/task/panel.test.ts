import { beforeAll, describe, expect, it } from 'vitest'
import { errors, task } from '../../../sdk/src/index.ts'
import { accountOf } from '../support/chain.ts'
import { people, startTasks, type TaskBench } from '../support/tasks.ts'

const { worker, stranger } = people
const judges = ['judge 1', 'judge 2', 'judge 3'].map(accountOf)
const quorum = 2
let bench: TaskBench
let panels: `0x${string}`
let panel: `0x${string}`

beforeAll(async () => {
  bench = await startTasks()
  const { chain, client, at } = bench
  panels = await chain.deploy('deploy/build/QuorumPanels.json', [chain.deployment.taskEscrow])
  const members = judges.map(({ address }) => address).sort((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1))
  const expected = await task.getPanel(client, { ...at, panels, judges: members, quorum })
  const { event } = await task.createPanel.sync(client, { ...at, panels, judges: [...members].reverse(), quorum })
  panel = event.panel
  expect(panel).toBe(expected.value)
  expect(event).toEqual({ panel, judges: members.reverse(), quorum })
})

const signedBy = async (sign: (account: (typeof judges)[number]) => Promise<`0x${string}`>, signers = judges.slice(0, 2)) =>
  Promise.all(signers.map(async (account) => ({ judge: account.address, signature: await sign(account) })))

describe('a panel of judges', () => {
  it('asks for a revision, and gives a verdict, by a quorum of signatures that anyone brings', async () => {
    const { client, at } = bench
    const openUntil = (await bench.now()) + 1_000
    const preset = await task.presets.quorum(client, {
      ...{ chainId: bench.home, panel, requester: people.requester.address, specHash: `0x${'11'.repeat(32)}` },
      ...{ reward: 100n, workerBond: 10n, openUntil, workWindow: 500, reviewWindow: 500, maxRevisions: 1 },
    })
    const { taskId, terms, work } = await bench.submitted({ evaluator: preset.evaluator, maxRevisions: 1 })
    const expiry = openUntil
    const revisions = await signedBy((account) => task.signRevision(client, { ...at, terms, work, expiry, account }))
    const few = task.reviseByPanel(client, { ...at, terms, work, expiry, signatures: revisions.slice(1) })
    await expect(few).rejects.toMatchObject({ name: 'QuorumMissed', args: { quorum: 2n, signatures: 1n } })
    const revised = await task.reviseByPanel.sync(client, { ...at, terms, work, expiry, signatures: revisions, account: stranger })
    expect(revised.event).toMatchObject({ taskId, revision: 1, token: 2 })

    const next = await bench.submit(taskId, 2, 'a better report')
    const judgement = { ...at, terms, work: next, verdict: 9_000, expiry }
    const signatures = await signedBy((account) => task.signVerdict(client, { ...judgement, account }))
    const other = task.decideByPanel(client, { ...judgement, verdict: 9_001, signatures })
    await expect(other).rejects.toMatchObject({ name: 'JudgementNotSigned' })
    // The order of signatures, and a signature that comes twice, are the SDK's to mend.
    const { event } = await task.decideByPanel.sync(client, {
      ...judgement,
      signatures: [...signatures, ...signatures].reverse(),
      account: stranger,
    })
    expect(event).toMatchObject({ outcome: 'Settled', taskId, verdict: 9_000, evaluator: panel })
  })

  it('has no judge that signs over its own work', async () => {
    const { client, at } = bench
    const terms = await bench.termsNow({ evaluator: panel })
    const work = { worker: worker.address, token: 1, deliverable: `0x${'22'.repeat(32)}` } as const
    const sign = task.signVerdict(client, { ...at, terms, work, verdict: 10_001, expiry: 0, account: worker })
    await expect(sign).rejects.toBeInstanceOf(errors.SignatureRefusedError)
    await expect(sign).rejects.toMatchObject({ problems: [{ field: 'account' }, { field: 'expiry' }, { field: 'share' }] })
  })
})
