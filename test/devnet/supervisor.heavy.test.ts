import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, gateway } from '@hanse/sdk'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../../devnet/src/faucet.ts'
import {
  chainsOf,
  type DevnetRecord,
  devnetDirectory,
  downDevnet,
  type Fault,
  faultDevnet,
  statusOfDevnet,
  upDevnet,
  userAccount,
  type WorldRules,
} from '../../devnet/src/index.ts'
import { until } from '../support/world.ts'
import { expectAllGone, isAlive, report, wait } from './linux.ts'

const small: WorldRules = { chains: [{ chainId: 1001, blockTime: 0.3 }] }

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hanse-project-'))
  const directory = devnetDirectory(folder)
  onTestFinished(async () => {
    await downDevnet({ directory })
    rmSync(folder, { recursive: true, force: true })
  })
  return directory
}

async function pidsOf(directory: string, { pid }: DevnetRecord): Promise<number[]> {
  const { status } = await statusOfDevnet({ directory })
  return [pid, ...status.pids.map((member) => member.pid)]
}

describe.runIf(process.platform === 'linux')('a devnet', () => {
  it('is one for a project, whoever asks how often, and leaves nothing', async () => {
    const directory = project()
    const [one, again] = [await upDevnet({ directory, rules: small }), await upDevnet({ directory, rules: small })]
    expect(again).toEqual(one)
    const other = { chains: [{ chainId: 7, blockTime: 0.3 }] }
    await expect(upDevnet({ directory, rules: other })).rejects.toMatchObject({ name: 'DevnetBusyError' })

    // The token is for its user alone, and without it nobody gives orders.
    expect(statSync(join(directory, 'devnet.json')).mode & 0o077).toBe(0)
    expect((await fetch(`${one.control.url}/stop`, { method: 'POST' })).status).toBe(401)

    const pids = await pidsOf(directory, one)
    expect(await downDevnet({ directory })).toBe(true)
    await expectAllGone(pids)
    expect(existsSync(directory)).toBe(false)
    expect(await downDevnet({ directory })).toBe(false)
    await expect(statusOfDevnet({ directory })).rejects.toMatchObject({ name: 'DevnetAbsentError' })
  })

  it('ends when its directory is gone', async () => {
    const directory = project()
    const pids = await pidsOf(directory, await upDevnet({ directory, rules: small }))
    rmSync(directory, { recursive: true })
    await wait(() => !pids.some(isAlive), 5_000)
    await expectAllGone(pids)
    expect(existsSync(directory)).toBe(false)
  })
})

describe.runIf(process.platform === 'linux')('a devnet that is cut short', () => {
  it('takes its chains with it when it is killed, and comes up anew over what is left', async () => {
    const directory = project()
    const record = await upDevnet({ directory, rules: small })
    const pids = await pidsOf(directory, record)
    process.kill(record.pid, 'SIGKILL')
    await expectAllGone(pids)
    const next = await upDevnet({ directory, rules: small })
    expect(next.pid).not.toBe(record.pid)
    expect((await statusOfDevnet({ directory })).status.pids).toHaveLength(1)
  })

  it('does not come up when the one who asked for it is killed meanwhile', async () => {
    const directory = project()
    mkdirSync(join(directory, '../..'), { recursive: true })
    const asking = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/up.ts'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { pids } = await report(asking)
    const supervisor = Number.parseInt(readFileSync(join(directory, 'pid'), 'utf8'), 10)
    expect(supervisor).not.toBe(asking.pid)
    process.kill(pids[0] ?? 0, 'SIGKILL')
    await wait(() => !isAlive(supervisor), 15_000)
    await expectAllGone([supervisor])
    expect(existsSync(directory)).toBe(false)
  })

  it('says why it cannot come up, and leaves nothing', async () => {
    const directory = project()
    await expect(upDevnet({ directory, rules: { chains: [] } })).rejects.toMatchObject({ name: 'WorldInvalidError', field: 'chains' })
    await expect(upDevnet({ directory, rules: { chains: [{ chainId: 1, gasLimit: 1 }] } })).rejects.toMatchObject({
      name: 'WorldInvalidError',
    })
    expect(existsSync(directory)).toBe(false)
    const parent = join(directory, '..')
    writeFileSync(parent, 'a file where a folder should be')
    await expect(upDevnet({ directory, rules: small })).rejects.toMatchObject({ name: 'DirectoryUnusableError' })
    chmodSync(parent, 0o600)
  })
})

describe.runIf(process.platform === 'linux')('a devnet among others', () => {
  it('never ends a stranger who has got its pid, nor waits for one', async () => {
    const directory = project()
    const stranger = spawn('sleep', ['60'])
    onTestFinished(() => void stranger.kill('SIGKILL'))
    mkdirSync(directory, { recursive: true })
    for (const stamp of ['', '\n', '\n12345 of another start\n']) {
      writeFileSync(join(directory, 'pid'), `${stranger.pid}${stamp}`)
      expect(await downDevnet({ directory })).toBe(false)
      expect(existsSync(join(directory, '..'))).toBe(false)
      mkdirSync(directory, { recursive: true })
    }
    writeFileSync(join(directory, 'pid'), `${stranger.pid}`)
    await upDevnet({ directory, rules: small })
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  })

  it('is one also when many ask at once, over a left-over', async () => {
    const directory = project()
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'log'), 'of a crash')
    const asking = Array.from({ length: 4 }, () => spawn(process.execPath, [join(import.meta.dirname, 'fixtures/up.ts'), directory]))
    const codes = await Promise.all(asking.map((child) => new Promise((resolve) => child.once('exit', resolve))))
    expect(codes).toContain(0)
    const { record } = await statusOfDevnet({ directory })
    expect(readdirSync(directory).filter((name) => name.startsWith('world'))).toEqual([`world-${record.pid}`])
    expect(supervisorsOf(directory)).toEqual([record.pid])
    expect(readdirSync(join(directory, '..'))).toEqual(['devnet'])
  })

  it('is interrupted at once, however slow its blocks, and keeps what is not its own', async () => {
    const directory = project()
    mkdirSync(join(directory, '..'), { recursive: true })
    writeFileSync(join(directory, '../keystore.json'), '{}')
    const controller = new AbortController()
    let interrupted = 0
    const interrupt = () => {
      interrupted = performance.now()
      controller.abort()
    }
    const onPhase = (phase: string) => void (phase === 'contracts' && setTimeout(interrupt, 200))
    const asked = upDevnet({ directory, rules: { chains: [{ chainId: 1001, blockTime: 60 }] }, signal: controller.signal, onPhase })
    await expect(asked).rejects.toThrow()
    expect(performance.now() - interrupted).toBeLessThan(8_000)
    expect(readdirSync(join(directory, '..'))).toEqual(['keystore.json'])
  })
})

describe.runIf(process.platform === 'linux')('a devnet in trouble', () => {
  it('vouches for nothing that a lying node makes of a message, and delivers it once the node is honest', async () => {
    const directory = project()
    const chains = [1001, 1002].map((chainId) => ({ chainId, blockTime: 0.3, finality: { kind: 'depth', depth: 1 } as const }))
    const { info, pid } = await upDevnet({ directory, rules: { chains, watchers: 2, users: 1 } })
    const client = createClient({ chains: chainsOf(info), account: userAccount(0) })
    const [deployment] = info.chains.map((chain) => chain.deployment)
    const recipient = deployment?.taskPortal ?? '0x'
    const urls = info.watchers.map(({ url }) => url)
    const fault = (what: Fault) => faultDevnet({ directory, fault: what })
    const send = async () =>
      (await gateway.sendMessage.sync(client, { chainId: 1001, destinationChainId: 1002, recipient, payload: '0x11' })).event
    const statusOf = async ({ lane, nonce }: gateway.LaneMessage) => (await gateway.getStatus(client, { chainId: 1002, lane, nonce })).value
    const delivered = (message: gateway.LaneMessage) => until('it is delivered', async () => (await statusOf(message)) !== 'Pending')

    for (const lie of ['empty-logs', 'altered-logs', 'null'] as const) {
      await fault({ kind: 'lying-rpc', chainId: 1001, lie })
      const message = await send()
      // What a watcher would sign if it believed: ten blocks are far beyond finality.
      await until('ten blocks', async () => (await heightOf(info.chains[0]?.rpcUrls[0] ?? '')) > message.blockNumber + 10n)
      const { heads } = await gateway.fetchAttestations(client, { chainId: 1002, lane: message.lane, urls })
      expect(
        heads.filter(({ nonce }) => nonce > message.nonce),
        lie,
      ).toEqual([])
      expect(await statusOf(message), lie).toBe('Pending')
      expect((await statusOfDevnet({ directory })).status.chains[0]?.rpcFault).toEqual({ lie })
      await fault({ kind: 'lying-rpc', chainId: 1001, lie: 'none' })
      await delivered(message)
    }

    // One watcher of two is not enough; a halted chain and a slow node only take longer.
    await fault({ kind: 'kill-watcher', watcher: 'watcher-2' })
    await fault({ kind: 'slow-rpc', chainId: 1001, delayMs: 300 })
    const late = await send()
    await fault({ kind: 'stop-chain', chainId: 1002 })
    await fault({ kind: 'start-watcher', watcher: 'watcher-2' })
    await fault({ kind: 'start-chain', chainId: 1002 })
    await delivered(late)
    await fault({ kind: 'reorg', chainId: 1002, depth: 1 })
    await expect(fault({ kind: 'kill-watcher', watcher: 'nobody' })).rejects.toMatchObject({ name: 'DevnetOrderRefusedError' })
    expect(isAlive(pid)).toBe(true)
  })
})

/** Every living process that was started as the supervisor of a directory. */
function supervisorsOf(directory: string): number[] {
  const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && isAlive(Number(name)) ? [Number(name)] : []))
  return pids.filter((pid) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes(directory) && words.some((word) => word.endsWith('supervisor/main.ts'))
  })
}

const heightOf = async (rpcUrl: string): Promise<bigint> => BigInt(String(await call({ rpcUrl, method: 'eth_blockNumber', params: [] })))
