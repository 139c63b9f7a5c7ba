// The page of examples/dapp in a browser, beside a world of its own. Needs Chromium (`apt-get install chromium`), or HANSE_CHROMIUM with its path.

import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { keccak256, parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { userAccount } from '../../devnet/src/index.ts'
import { type Page as Served, servePage } from '../../scripts/demo/page.ts'
import { type ShownCell, seed } from '../../scripts/demo/seed.ts'
import { task } from '../../sdk/src/index.ts'
import { until, useWorld } from '../support/world.ts'
import { injectWallet } from './dapp/wallet.ts'

const [home, away] = [1001, 1002]
const world = useWorld({
  chains: [
    { chainId: home, blockTime: 1, finality: { kind: 'depth', depth: 6 } },
    { chainId: away, blockTime: 1, finality: { kind: 'depth', depth: 2 } },
  ],
  watchers: 2,
  quorum: 2,
})

const folder = mkdtempSync(join(tmpdir(), 'hanse-dapp-'))
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let served: Served | undefined
let cells: readonly ShownCell[] = []
let browser: Browser | undefined

beforeAll(async () => {
  cells = await seed(world.now.info)
  served = await servePage({ info: world.now.info, folder, cells })
  browser = await chromium.launch({ executablePath: process.env.HANSE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
})

afterAll(async () => {
  await browser?.close()
  await served?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The page, open, with the complaints of the browser about it. */
async function openPage({ wallet = false } = {}) {
  if (browser === undefined || served === undefined) throw new TypeError('the browser is there only inside of tests')
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  const rpcUrls = Object.fromEntries(world.now.info.chains.map(({ chainId, rpcUrls: [url = ''] }) => [chainId, url]))
  if (wallet) await page.addInitScript(injectWallet, { address: userAccount(3).address, rpcUrls, chainId: away })
  await page.goto(served.url)
  await page.locator(`tr[data-chain="${home}"] td.good`).waitFor()
  return { page, complaints, close: () => context.close() }
}

const row = (page: Page, taskId: string) => page.locator(`tr[data-task="${taskId}"]`)

let salt = 0

/** Posts a task at home that accounts of the other chain may do. */
async function post(user: number) {
  salt += 1
  const { address } = userAccount(user)
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: address, evaluator: address, specHash: keccak256(toHex(`spec ${salt}`)), reward: parseEther('1') },
    ...{ workerBond: parseEther('0.1'), openUntil: Math.floor(Date.now() / 1000) + 3600, workWindow: 600, reviewWindow: 600 },
    ...{ chains: [away], grace: 120, salt: toHex(salt, { size: 32 }) },
  })
  const { event } = await task.open.sync(world.client(user), { chainId: home, terms })
  return { terms, taskId: event.taskId, at: Date.now() }
}

/** Claims a task of home from the other chain. */
async function claim(user: number, terms: task.Terms) {
  const account = userAccount(user).address
  const actor = { chainId: away, account }
  await task.deposit.sync(world.client(user), { chainId: home, actor, amount: terms.workerBond })
  await task.claim.sync(world.client(user), { chainId: away, homeChainId: home, terms, sponsor: account })
}

async function violations(page: Page) {
  await page.addScriptTag({ path: axe })
  return page.evaluate(async () => {
    const found = await Reflect.get(window, 'axe').run(document)
    return found.violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => ({
      id,
      nodes: nodes.map(({ html }) => html),
    }))
  })
}

describe('the page', () => {
  it('shows a task within a second of its block, and takes it back with a reorganisation', async () => {
    const { page, complaints, close } = await openPage()
    const { taskId, at } = await post(0)
    await row(page, taskId).waitFor()
    expect(Date.now() - at).toBeLessThan(1_000)
    expect(await row(page, taskId).locator('[data-field=state]').textContent()).toContain('not final')

    const gone = await post(0)
    await row(page, gone.taskId).waitFor()
    await world.now.reorg({ chainId: home, depth: 3 })
    await row(page, gone.taskId).waitFor({ state: 'detached' })
    await until(
      'the page counts the reorganisation',
      async () => Number(await page.locator(`tr[data-chain="${home}"] [data-field=reorgs]`).textContent()) > 0,
    )
    expect(complaints).toEqual([])
    await close()
  })

  it('follows the story of a task over both chains', async () => {
    const { page, complaints, close } = await openPage()
    const { taskId, terms } = await post(0)
    await row(page, taskId).getByRole('link').click()
    const hop = (kind: string, chainId: number) => page.locator(`li[data-hop=${kind}][data-on="${chainId}"]`).first()
    await hop('opened', home).waitFor()
    await claim(1, terms)
    await hop('requested', away).waitFor()
    await hop('delivered', home).waitFor()
    await hop('assigned', home).waitFor()
    await page.locator('section[aria-labelledby=task] dd[data-field=state]', { hasText: 'Assigned' }).waitFor()
    await hop('told', away).waitFor()
    await until('every step is final', async () => (await page.locator('ol.timeline .open').count()) === 0)
    expect(complaints).toEqual([])
    await close()
  })

  it('shows what is there from the start, and a cell that is looked up', async () => {
    const { page, complaints, close } = await openPage()
    const shown = page.locator('[data-cell=notes]')
    await shown.getByText('Agents on three chains share this note.').waitFor()
    await page.locator('section[aria-labelledby=agents] tbody tr').nth(2).waitFor()
    await page.locator('[data-cell="section 1"]').getByText(userAccount(3).address).first().waitFor()
    await page.locator('section[aria-labelledby=cells] input[name=space]').fill(cells[0]?.space ?? '')
    await page.locator('section[aria-labelledby=cells] input[name=key]').fill(cells[0]?.key ?? '')
    await page.getByRole('button', { name: 'Look' }).click()
    await until('the same is shown twice', async () => (await page.getByText('Agents on three chains share this note.').count()) === 2)
    expect(complaints).toEqual([])
    await close()
  })

  it('has nothing that axe finds, in both colours and with everything open', async () => {
    const { page, close } = await openPage({ wallet: true })
    const { taskId } = await post(0)
    await row(page, taskId).getByRole('link').click()
    await page.locator('li[data-hop=opened]').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page)).toEqual([])
    }
    await page.getByRole('link', { name: 'Why does it stand there?' }).click()
    await page.locator('[data-field=code]').waitFor()
    expect(await violations(page)).toEqual([])
    await close()
  })

  it('can be used with the keyboard alone: connect, post, look, ask', async () => {
    const { page, complaints, close } = await openPage({ wallet: true })
    const tabTo = async (what: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab')
        const name = await page.evaluate(() => {
          const at = document.activeElement
          return [at?.getAttribute('name'), at?.textContent].join(' ')
        })
        if (name.includes(what)) return
      }
      throw new TypeError(`the keyboard does not lead to ${what}`)
    }
    await tabTo('Connect')
    await page.keyboard.press('Enter')
    await page.locator('textarea[name=text]').waitFor()
    await tabTo('text')
    await page.keyboard.type('Say hello.')
    await tabTo('Post')
    await page.keyboard.press('Enter')
    const heading = page.locator('h2#task')
    await heading.waitFor()
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.locator('dd[data-field=state]', { hasText: 'Open' }).waitFor()
    await tabTo('Why does it stand there?')
    await page.keyboard.press('Enter')
    await page.locator('[data-field=code]', { hasText: 'TaskAwaitsClaim' }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('says which watcher is silent when a message waits for its signature', async () => {
    const { page, close } = await openPage()
    const [silent] = world.now.info.watchers
    const { taskId, terms } = await post(0)
    await world.now.kill(silent?.name ?? '')
    await claim(1, terms)
    await page.goto(`${served?.url}#why/${taskId}`)
    await page.locator('[data-field=code]', { hasText: 'TaskRequestUnderWay' }).waitFor()
    const next = page.locator('[data-field=next]', { hasText: '1 of 2 watchers' })
    await next.waitFor()
    expect(await next.textContent()).toContain(`No answer comes from ${silent?.url}`)
    await close()
  })
})
