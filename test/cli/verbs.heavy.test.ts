// Every noun of the command line against one devnet of two chains, as a user would type it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDeployments } from '@hanse/deploy'
import { devnetDirectory, downDevnet, livingRecord, suiteOfRules, upDevnet, userAccount, userPrivateKey } from '@hanse/devnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hanseIn } from './hanse.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hanse-verbs-'))
const hanse = hanseIn(cwd)

/** The result of a command that must work. */
async function done(...words: string[]) {
  const { code, stdout, stderr } = await hanse(...words, '--json')
  expect({ code, words, stderr, stdout }).toMatchObject({ code: 0 })
  return JSON.parse(stdout)
}

/** What the last step of a command said that it did. */
const eventOf = (result: { steps: { event: Record<string, string> }[] }) => result.steps.at(-1)?.event ?? {}

beforeAll(async () => {
  const finality = { kind: 'depth', depth: 1 } as const
  const chains = [1001, 1002].map((chainId) => ({ chainId, blockTime: 0.2, finality }))
  await upDevnet({ directory: devnetDirectory(cwd), rules: { chains, watchers: 3 } })
})

afterAll(async () => {
  await downDevnet({ directory: devnetDirectory(cwd) })
  rmSync(cwd, { recursive: true, force: true })
})

const open = async (...words: string[]) => eventOf(await done('task', 'open', ...words, '--text', 'Say hello.')).taskId ?? ''

describe('task', () => {
  it('goes from a bounty to a payment over two chains', async () => {
    const id = await open('bounty', '--reward', '2')
    await done('task', 'claim', id, '--chain', '1002', '--deposit', '--wait', '--as', '1')
    await done('task', 'submit', id, '--text', 'Hello.', '--wait', '--as', '1')
    expect(await done('task', 'show', id)).toMatchObject({ task: { state: 'Submitted' }, spec: 'Say hello.', deliverable: 'Hello.' })
    expect(await done('task', 'why', id)).toMatchObject({ kind: 'task', code: 'TaskAwaitsVerdict' })

    expect(eventOf(await done('task', 'approve', id))).toMatchObject({ ending: 'Verdict', verdict: 10_000, price: String(2n * 10n ** 18n) })

    const { tasks } = await done('task', 'list', '--state', 'settled')
    expect(tasks).toMatchObject([{ taskId: id, chainId: 1001 }])
  })

  it('hires by an offer that it prints', async () => {
    const worker = userAccount(2).address
    const opened = await done('task', 'open', 'hire', '--worker', worker, '--text', 'For you.')
    const line = String(opened.next[0]).replace(/ {2,}#.*/, '')
    await done(...line.split(' ').slice(1), '--as', '2')
    const id = eventOf(opened).taskId ?? ''

    expect(await done('why', id)).toMatchObject({ code: 'TaskAwaitsWork', owner: { account: worker } })
    expect(eventOf(await done('task', 'give-up', id, '--as', '2'))).toMatchObject({ taskId: id })
  })

  it('takes bids, and lets a panel judge', async () => {
    const auctioned = await open('auction', '--min-step', '2', '--bids', '1h')
    expect(eventOf(await done('task', 'bid', auctioned, '--share', '80.5', '--deposit', '--as', '3'))).toMatchObject({ share: 8_050 })

    const { panel = '' } = eventOf(
      await done('task', 'panel', '--judges', [4, 5, 6].map((index) => userAccount(index).address).join(','), '--quorum', '2'),
    )
    const judged = await open('quorum', '--panel', panel)
    expect((await done('task', 'show', judged)).terms).toMatchObject({ evaluator: panel })
    expect(eventOf(await done('task', 'cancel', judged))).toMatchObject({ ending: 'Cancellation' })
  })

  it('says effect and cost without sending, and what a contract would refuse', async () => {
    const before = await done('task', 'list')
    const dry = await done('task', 'open', 'bounty', '--text', 'x', '--dry-run')
    expect(dry).toMatchObject({ isSent: false, steps: [{ effect: expect.stringContaining('1 coins'), value: String(10n ** 18n) }] })
    expect(Number(dry.steps[0].gas)).toBeGreaterThan(50_000)
    expect((await done('task', 'list')).tasks).toEqual(before.tasks)

    const id = await open('bounty')
    const { code, stdout } = await hanse('task', 'lapse', id, '--dry-run', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'TaskWrongState' })
  })

  it('names an id that no chain knows, and those that were asked', async () => {
    const { code, stderr } = await hanse('task', 'claim', `0x${'ab'.repeat(32)}`)
    expect(code).toBe(4)
    expect(stderr).toMatch(/Asked: 1001, 1002/)
  })
})

describe('agent', () => {
  it('is registered with its card on chain, found by what it can do, changed and ended', async () => {
    const words = ['--name', 'Ada', '--capabilities', 'text.report,text.count', '--chain', '1002', '--as', '4']
    const { agentId = '' } = eventOf(await done('agent', 'register', ...words))

    expect((await done('agent', 'list', '--capability', 'text.count')).agents).toMatchObject([{ agentId, chainId: 1002 }])
    expect((await done('agent', 'list', '--capability', 'code.audit')).agents).toEqual([])
    expect(await done('agent', 'show', agentId)).toMatchObject({ card: { name: 'Ada' } })

    await done('agent', 'update', agentId, '--name', 'Ada', '--capabilities', 'code.audit', '--as', '4')
    await done('agent', 'heartbeat', agentId, '--live', '2d', '--as', '4')
    expect(await done('agent', 'why', agentId)).toMatchObject({ kind: 'agent', code: 'AgentAlive' })
    await done('agent', 'retire', agentId, '--as', '4')
    expect((await done('agent', 'list', '--all')).agents).toEqual([])
  })
})

describe('cell and topic', () => {
  it('are written, changed and followed in a space', async () => {
    const { space = '' } = eventOf(await done('cell', 'space', '--chain', '1002'))
    await done('cell', 'write', space, 'notes', 'Hello')
    expect(eventOf(await done('cell', 'edit', space, 'notes', '--append', ' world.'))).toMatchObject({ attempts: 1 })
    expect(await done('cell', 'read', space, 'notes')).toMatchObject({ chainId: 1002, text: 'Hello world.', version: 2 })
    expect(await hanse('cell', 'write', space, 'notes', 'late', '--expect', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CellStale'),
    })
    await done('cell', 'acquire', space, 'notes', '--for', '5m')
    expect(await done('cell', 'why', space, 'notes')).toMatchObject({ kind: 'cell', chainId: 1002, code: 'CellLeased' })
    expect(await done('cell', 'why', space, 'notes', '--on', '1001')).toMatchObject({
      kind: 'mirror',
      chainId: 1001,
      code: 'MirrorMissing',
    })

    const { gate = '' } = eventOf(await done('cell', 'gate', space, 'notes', '--at-least', '3', '--for', '1001'))
    expect(await hanse('cell', 'gate', space, 'notes', '--at-least', '3', '--for', '1001')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`stands already at ${gate}`),
    })
    const { taskId = '' } = eventOf(await done('task', 'open', 'bounty', '--chain', '1001', '--gate', gate, '--text', 'Review.'))
    expect(await done('why', taskId)).toMatchObject({ code: 'TaskAwaitsCondition' })

    const atHome = eventOf(await done('cell', 'gate', space, 'notes', '--value', 'Hello world.')).gate ?? ''
    const opened = await done('task', 'open', 'bounty', '--chain', '1002', '--gate', atHome, '--text', 'Review.')
    expect(await done('why', eventOf(opened).taskId ?? '')).not.toMatchObject({ code: 'TaskAwaitsCondition' })
    expect(eventOf(await done('topic', 'gate', space, 'news', '--at-least', '3')).gate).toMatch(/^0x/)
    const asking: [option: string, ...words: string[]][] = [
      ['--at-least', '--value', 'x', '--at-least', '1'],
      ['--for', '--value', 'x', '--for', '1001'],
      ['--at-least'],
    ]
    for (const [option, ...words] of asking)
      expect(await hanse('cell', 'gate', space, 'notes', ...words)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${option}: `),
      })

    for (const text of ['one', 'two']) await done('topic', 'append', space, 'news', text)
    expect((await done('topic', 'follow', space, 'news', '--entries', '2')).entries).toMatchObject([{ text: 'one' }, { text: 'two' }])
  })
})

describe('charter and agreement', () => {
  it('adopts, compares and amends a charter by files that go around', async () => {
    const members = [0, 1, 2].map((index) => userAccount(index).address)
    const write = async (name: string, ...words: string[]) => {
      const document = await done('charter', 'create', '--name', 'Guild', '--members', members.join(','), ...words)
      writeFileSync(join(cwd, name), JSON.stringify(document))
    }
    const sign = async () => {
      for (const as of ['0', '2']) await done('agreement', 'sign', 'agreement.json', '--as', as)
      await done('agreement', 'agree', 'agreement.json', '--as', '5')
    }
    await write('charter.json')
    const { charterId } = await done('charter', 'adopt', 'charter.json')
    expect(await hanse('agreement', 'agree', 'agreement.json')).toMatchObject({ code: 1 })
    await sign()
    expect(await done('charter', 'show', charterId)).toMatchObject({ charter: { epoch: 1, quorum: 2 }, document: { name: 'Guild' } })
    expect(await done('agreement', 'why', 'agreement.json')).toMatchObject({ code: 'AgreementDone' })

    await write('amended.json', '--members-only')
    const { code, stdout } = await hanse('charter', 'diff', charterId, 'amended.json')
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('restriction of claims to members') })
    await done('charter', 'amend', charterId, 'amended.json')
    await sign()
    expect(await done('charter', 'show', charterId)).toMatchObject({ charter: { epoch: 2, isMembersOnly: true } })

    const { sendId = '' } = eventOf(await done('charter', 'announce', charterId))
    await done('message', 'follow', sendId, '--to', '1002')
    await done('charter', 'members', charterId, '--chain', '1002')
  })
})

describe('message', () => {
  it('is followed to its end, and explained', async () => {
    const id = await open('bounty')
    const { sendId = '' } = eventOf(await done('task', 'claim', id, '--chain', '1002', '--deposit', '--as', '7'))
    const { stages } = await done('message', 'follow', sendId)
    expect(stages.at(-1)).toMatchObject({ stage: 'delivered', chainId: 1001, status: 'Consumed' })
    expect(await done('message', 'show', sendId)).toMatchObject({ status: 'Consumed' })
    expect(await done('why', sendId)).toMatchObject({ kind: 'message', code: 'MessageConsumed' })
    expect(await done('why', '1002', '1001')).toMatchObject({ kind: 'lane', chainId: 1002, code: 'LaneQuiet' })
    expect(await done('why', '1002', '1001', '--broadcast')).toMatchObject({ kind: 'lane', owner: {} })
    expect(await hanse('why', '1002')).toMatchObject({ code: 2, stderr: expect.stringContaining('both chains') })
    expect(await hanse('message', 'deliver', '--message', sendId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 no longer wait'),
    })
  })
})

describe('the network', () => {
  it('is shown with its chains, its links and its roles', async () => {
    expect(await done('chains')).toMatchObject({
      network: 'devnet',
      chains: [{ chainId: 1001, isReachable: true, quorum: 2 }, { chainId: 1002 }],
    })
    expect(await done('link')).toMatchObject({ isWhole: true, links: [{ from: 1001, to: 1002, isLinked: true }, { isLinked: true }] })
    expect(await done('roles')).toMatchObject({
      isSound: true,
      roles: expect.arrayContaining([expect.objectContaining({ name: 'TRUST', delaySeconds: 604_800 })]),
    })
    expect(await done('doctor')).toMatchObject({ isSound: true })
  })

  it('suffers a drill, sees what was to be expected, and is well again', async () => {
    expect((await done('drill', 'watcher', '--for', '3s')).run).toMatchObject({
      found: ['watcher-down'],
      isAsExpected: true,
      isWellAgain: true,
    })
  })
})

describe('the chains of hanse.json', () => {
  const suite = join(cwd, 'suite')
  const keys = { HANSE_KEY: userPrivateKey(8) }
  const named = () => ['one', 'two'].map((name, index) => ({ name, chainId: 1001 + index, finality: { kind: 'depth', depth: 1 } }))

  /** The devnet, as strangers would know it: by urls, address files and a key of their own. */
  async function stranger(env: NodeJS.ProcessEnv = {}) {
    const { info } = livingRecord(devnetDirectory(cwd)) ?? { info: { chains: [] } }
    const file = { ...suiteOfRules({ chains: [{ chainId: 1001 }, { chainId: 1002 }], watchers: 3 }), chains: named() }
    mkdirSync(suite, { recursive: true })
    writeFileSync(join(suite, 'hanse.json'), JSON.stringify(file))
    writeDeployments({ directory: join(suite, 'deployments'), deployments: info.chains.map(({ deployment }) => deployment) })
    const [one = '', two = ''] = info.chains.map(({ rpcUrls }) => rpcUrls[0])
    return hanseIn(suite, { ONE_RPC_URL: one, TWO_RPC_URL: two, ...env })
  }

  it('are read without a key, and written with one, after effect and cost were said and agreed to', async () => {
    const reader = await stranger()
    expect(await reader('chains', '--json')).toMatchObject({ code: 0, stdout: expect.stringContaining('"network": "suite"') })
    expect(await reader('task', 'open', 'bounty', '--text', 'x', '--chain', 'one')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('HANSE_KEY'),
    })

    const writer = await stranger(keys)
    expect(await writer('task', 'open', 'bounty', '--text', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Known: one, two'),
    })
    const tasksOnTwo = async () => JSON.parse((await writer('task', 'list', '--chain', 'two', '--json')).stdout).tasks.length
    const before = await tasksOnTwo()
    const words = ['task', 'open', 'bounty', '--text', 'x', '--chain', 'two', '--workers-on', 'one']
    const unasked = await writer(...words)
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringMatching(/two: post a bounty[\s\S]+gas[\s\S]+--yes/) })
    expect(await writer(...words, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('transaction 0x') })
    expect(await tasksOnTwo()).toBe(before + 1)
  })
})
