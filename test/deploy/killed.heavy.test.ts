import { type ChildProcess, spawn } from 'node:child_process'
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

// A whole deployment takes about 1,500 ms here; the moments are spread over it, the last one beyond it.
it.each([0, 150, 400, 700, 1_000, 1_300, 4_000])(
  'a deployment killed %s ms after it began ends the same when it is run again',
  async (delay) => {
    const running = await bareChains(ids)
    onTestFinished(() => stopAll(running))
    const chains = running.map(({ chainId, rpcUrl }) => ({ chainId, rpcUrl }))
    const child = deployIn(chains)
    const ended = exit(child)
    await begun(child)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, delay))])
    child.kill('SIGKILL')
    await ended
    const deployments = await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })
    expect(deployments).toEqual(ids.map((chainId) => ({ chainId, startBlock: expect.anything(), ...plan.addresses })))
    expect((await checkSuite({ plan, chains })).map(({ isSound }) => isSound)).toEqual([true, true])
  },
)
