import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { applySuite, checkSuite, committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import { bareChains, deployer, stopAll, suiteOn } from './bare.ts'

const ids = [101, 102]
const plan = planSuite({ config: suiteOn(ids), creationCodes: committedCreationCodes() })

const deployIn = (chains: readonly { chainId: number; rpcUrl: string }[]): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, 'fixtures/deploy.ts'), JSON.stringify(chains)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const exit = (child: ChildProcess) => new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
const begun = (child: ChildProcess) => new Promise((resolve) => child.stdout?.once('data', resolve))

const isFull = process.env.HANSE_FULL === '1'

/** Moments in milliseconds, one at random in each equal part of a deployment (700 ms here), the same in every run. */
function moments(count: number): number[] {
  let state = 0x48616e73
  return Array.from({ length: count }, (_, part) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor(((part + state / 2 ** 32) * 700) / count)
  })
}

const ends: { killedAfterMs: number; wasRunning: boolean }[] = []

it.each(moments(isFull ? 20 : 5))('a deployment killed %s ms after it began ends the same when it is run again', async (delay) => {
  const running = await bareChains(ids)
  onTestFinished(() => stopAll(running))
  const chains = running.map(({ chainId, rpcUrl }) => ({ chainId, rpcUrl }))
  const child = deployIn(chains)
  const ended = exit(child)
  await begun(child)
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, delay))])
  child.kill('SIGKILL')
  ends.push({ killedAfterMs: delay, wasRunning: (await ended) === 'SIGKILL' })
  const deployments = await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })
  expect(deployments).toEqual(ids.map((chainId) => ({ chainId, startBlock: expect.anything(), ...plan.addresses })))
  expect((await checkSuite({ plan, chains })).map(({ isSound }) => isSound)).toEqual([true, true])
})

it('was killed in the middle most of the time', () => {
  expect(ends.filter(({ wasRunning }) => wasRunning).length).toBeGreaterThan(ends.length / 2)
  if (!isFull) return
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const file = new URL('../../bench/results/deploy.json', import.meta.url)
  writeFileSync(file, `${JSON.stringify({ commit, kills: ends, sameAddressesAndRoles: true }, undefined, 2)}\n`)
})
