// The verbs of workflows, as a user would type them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { devnetDirectory, downDevnet, upDevnet, userAccount } from '@hanse/devnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hanseIn } from './hanse.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hanse-workflow-'))
const hanse = hanseIn(cwd)

/** The result of a command that must work. */
async function done(...words: string[]) {
  const { code, stdout, stderr } = await hanse(...words, '--json')
  expect({ code, words, stderr, stdout }).toMatchObject({ code: 0 })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  const finality = { kind: 'depth', depth: 1 } as const
  const chains = [1001, 1002].map((chainId) => ({ chainId, blockTime: 0.2, finality }))
  await upDevnet({ directory: devnetDirectory(cwd), rules: { chains, watchers: 0 } })
})
afterAll(async () => {
  await downDevnet({ directory: devnetDirectory(cwd) })
  rmSync(cwd, { recursive: true, force: true })
})

describe('workflow', () => {
  it('goes from a file to its end, and says what it costs, what is due and why it stands', async () => {
    const [me, judge] = [userAccount(0).address, userAccount(1).address]
    const startAt = Math.floor(Date.now() / 1_000)
    const lines = [
      ...['name: survey', `requester: "${me}"`, `startAt: ${startAt}`],
      `defaults: { chain: 1001, evaluator: "${judge}", reward: 1 ether, workerBond: 0.1 ether, openFor: 1h, workWindow: 30m, reviewWindow: 1h }`,
      ...[
        'steps:',
        '  # The first.',
        '  collect: { capability: data.collect }',
        '  publish: { capability: web.publish, chain: 1002, after: [collect] }',
      ],
    ]
    const file = join(cwd, 'survey.yaml')
    writeFileSync(file, `${lines.join('\n')}\n`)
    const planned = await done('workflow', 'plan', 'survey.yaml')
    expect(planned).toMatchObject({ name: 'survey', cost: [{ amount: String(2n * 10n ** 18n) }], compensationCost: [] })
    expect(planned.latestEnd).toBe(startAt + 2 * 9_000)
    const dry = await done('workflow', 'post', 'survey.yaml', '--dry-run')
    expect(dry).toMatchObject({ isSent: false, steps: [{ chainId: 1001, effect: 'post collect', value: String(10n ** 18n) }] })
    expect(await done('workflow', 'why', 'survey.yaml')).toMatchObject({ code: 'WorkflowStepDue', owner: { account: me } })
    const posted = await done('workflow', 'post', 'survey.yaml')
    expect(posted.steps[0].event).toMatchObject({ taskId: planned.steps[0].taskId })
    expect(await done('workflow', 'why', 'survey.yaml')).toMatchObject({
      code: 'WorkflowAwaitsStep',
      evidence: { stepCode: 'TaskAwaitsClaim' },
    })
    expect(await hanse('workflow', 'resume', 'survey.yaml', '--as', '1')).toMatchObject({ code: 2 })
    // Nobody has begun, so both can be taken back, and then it is over.
    expect(await done('workflow', 'cancel', 'survey.yaml', '--steps', 'collect,publish')).toMatchObject({
      steps: [{ effect: 'take collect back' }],
    })
    expect(readFileSync(file, 'utf8')).toMatch(/# The first\.\n {2}collect: \{ capability: data.collect, isCancelled: true \}/)
    const ended = await done('workflow', 'resume', 'survey.yaml')
    expect(ended).toMatchObject({ state: 'succeeded', steps: [{ name: 'collect', outcome: 'skipped' }, { outcome: 'skipped' }] })
    expect(await done('workflow', 'follow', 'survey.yaml')).toMatchObject({ state: 'succeeded' })
  })
})
