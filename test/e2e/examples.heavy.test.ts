import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startWorld, type World } from '@hanse/devnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { play } from '../../examples/workflow/play.ts'

const root = join(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'hanse-examples-'))
const worldFile = join(directory, 'world.json')
let world: World
/** Those of the workflow, after those of the others. */
const [firstUser, agents] = [5, 3]

// One world for all of them: they bring one of their own when nobody gives them one.
beforeAll(async () => {
  const chains = [1001, 1002, 1003].map((chainId) => ({ chainId, blockTime: 0.15 }))
  world = await startWorld({ chains, users: firstUser + 2 + agents })
  writeFileSync(worldFile, JSON.stringify(world.info))
})
afterAll(async () => {
  await world?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** What an example says, a part for each way. */
async function run(name: string, ...options: readonly string[]): Promise<readonly string[]> {
  const env = { ...process.env, HANSE_WORLD: worldFile }
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/example.ts', name, ...options], { cwd: root, env })
  const parts = stdout.trim().split('\n\n')
  for (const part of parts) expect(part).toMatch(/^total .* 100\.0$/m)
  return parts
}

/** Gas in all. */
const gasIn = (part: string | undefined) => Number(/^total(?: +[\d.]+){5} +(\d+)/m.exec(part ?? '')?.[1])

describe('an example', () => {
  it('shares a document over three chains without losing a line, beside a way that does', async () => {
    const [naive, edit] = await run('document', '--agents', '3', '--chains', '3')
    expect(naive).toMatch(/^naive: 6 of 18 lines kept/)
    expect(edit).toMatch(/^edit: 18 of 18 lines kept/)
    for (const part of [naive, edit]) expect(part).toMatch(/^execute +18 +0 /m)
  })

  // Its windows alone take half a minute.
  it.runIf(process.env.HANSE_FULL === '1')('settles an auction by one bid of many', async () => {
    const [naive, signed] = await run('bidding', '--agents', '20')
    const winner = /: (0x\w+) shall do it/
    const [best] = [signed, naive].map((part) => winner.exec(part ?? '')?.[1])
    expect(best).toBeDefined()
    expect(naive).toContain(best)
    expect(gasIn(signed)).toBeLessThan(gasIn(naive) / 2)
  })

  it('is followed by many on one feed, at no cost for each', async () => {
    const [naive, feed] = await run('feed', '--agents', '5')
    expect(naive).toMatch(/^naive: 5 of 5 read all/)
    expect(feed).toMatch(/^topic: 5 of 5 read all/)
    expect(feed).toMatch(/^execute +4 /m)
    expect(naive).toMatch(/^execute +20 /m)
  })

  it('finds agents over three chains', async () => {
    const [naive, directory] = await run('directory', '--agents', '210', '--chains', '3')
    expect(naive).toMatch(/210 would send 43890/)
    expect(directory).toMatch(/^directory: \d+ of 210 found/)
  })

  it('goes on when who coordinates is killed', async () => {
    const [naive, led] = await run('hierarchy', '--agents', '4')
    expect(naive).toMatch(/^naive: 8 of 8 items done, 0 agent/)
    expect(led).toMatch(/^hierarchical: 8 of 8 items done, 1 agent killed/)
    expect(led).not.toMatch(/^conflict/m)
  })

  it('passes a task through many hands', async () => {
    const [naive, handoff] = await run('handoff', '--agents', '4', '--chains', '3')
    expect(naive).toMatch(/^naive: (Settled after 3 hands,?){3}\n/)
    expect(handoff).toMatch(/^handoff: (Settled after 3 hands,?){3}\n/)
    expect(gasIn(handoff)).toBeLessThan(gasIn(naive))
  })

  // Three processes of agents besides the chains: seconds by themselves, and as many more as others keep the machine busy.
  it('makes one report of many texts in twelve steps, whoever is killed', { timeout: 180_000 }, async () => {
    const folder = join(directory, 'texts')
    mkdirSync(folder)
    const next = (text: number) => `${(text + 1) % 6}.md`
    for (let text = 0; text < 6; text++)
      writeFileSync(join(folder, `${text}.md`), `# Text ${text}\n\nThis is text ${text}, before [another](${next(text)}).\n`)
    const played = await play({ world, name: 'short', firstUser, agents, folder, paceMs: 400, kills: 1, stopSeconds: 0 })
    // What the dead one held was assigned again, and every assignment left a receipt; the report is of all texts, in their order.
    expect(played).toMatchObject({ state: 'succeeded', steps: 12, receipts: 12, killed: [expect.any(Number)] })
    expect(played.assignments).toBeGreaterThan(12)
    const lines = played.result.split('\n')
    for (let text = 0; text < 6; text++) expect(lines).toContain(`- ${text}.md: This is text ${text}, before [another](${next(text)}).`)
    for (let text = 0; text < 6; text++) expect(lines).toContain(`${next(text)}: ${text}.md`)
  })

  it('is named to who asks for another', async () => {
    const failed = run('documents')
    const all = 'bidding, contract-agent, directory, document, feed, handoff, hierarchy, quickstart, workflow'
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(all) })
  })
})
