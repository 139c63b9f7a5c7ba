import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PortBusyError, ProcessStartError, startAnvil, startProcess } from '../../devnet/src/index.ts'
import { expectAllGone, groupMembers, isAlive, report, statOf, wait } from './linux.ts'

const mnemonic = 'test test test test test test test test test test test junk'
const fixture = resolve(import.meta.dirname, 'fixtures/parent.ts')
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hanse-processes-'))
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, scripts: { go: `"${process.execPath}" "${fixture}"` } }))
})
afterAll(() => rmSync(directory, { recursive: true }))

describe.runIf(process.platform === 'linux')('children end with their parent', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const

  it.each(signals)('when the parent gets %s', async (signal) => {
    const parent = spawn(process.execPath, [fixture], { stdio: ['ignore', 'pipe', 'inherit'] })
    const { pids } = await report(parent)
    expect(pids.every(isAlive)).toBe(true)
    parent.kill(signal)
    await expectAllGone(pids)
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('when the npm that started the parent gets %s', async (signal) => {
    const npm = spawn('npm', ['run', '--silent', 'go'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] })
    const { pids } = await report(npm)
    npm.kill(signal)
    await expectAllGone(pids)
  })

  it('when Ctrl-C reaches npm and all in its group', async () => {
    const npm = spawn('npm', ['run', '--silent', 'go'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    const { pids } = await report(npm)
    process.kill(-(npm.pid ?? 0), 'SIGINT')
    await expectAllGone(pids)
  })

  it('when the shell between npm and the parent is killed', async () => {
    const script = `"${process.execPath}" "${fixture}"; true`
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, scripts: { go: script } }))
    const npm = spawn('npm', ['run', '--silent', 'go'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] })
    const { pids } = await report(npm)
    const [parent = 0] = pids
    const shell = statOf(parent)?.parent ?? 0
    expect(shell).not.toBe(npm.pid)
    process.kill(shell, 'SIGKILL')
    await expectAllGone(pids)
  })
})

describe('startProcess', () => {
  it('leaves no reader behind when the child ends by itself', async () => {
    const child = await startProcess({ name: 'short', command: process.execPath, arguments: ['-e', 'process.exit(3)'] })
    expect(await child.ended).toEqual({ code: 3, signal: null })
    await wait(() => groupMembers([child.pid]).length === 0, 2_000)
    expect(groupMembers([child.pid])).toEqual([])
  })

  it('rejects with the last words of a child that ends before it is ready', async () => {
    const child = await startProcess({
      name: 'broken',
      command: process.execPath,
      arguments: ['-e', 'console.error("no luck"); process.exit(1)'],
    })
    const waiting = child.firstLine({ select: () => undefined, timeoutMs: 5_000 })
    await expect(waiting).rejects.toBeInstanceOf(ProcessStartError)
    await expect(waiting).rejects.toThrow(/no luck/)
  })

  it('gives a child an IPC channel that closes with the parent', async () => {
    const code = 'process.on("disconnect", () => process.exit(0)); process.send("hello"); console.log("up")'
    const child = await startProcess({ name: 'talker', command: process.execPath, arguments: ['-e', code], ipc: true })
    await child.firstLine({ select: (line) => (line === 'up' ? line : undefined), timeoutMs: 10_000 })
    await child.stop()
    expect(isAlive(child.pid)).toBe(false)
  })
})

describe('startAnvil', () => {
  it('takes a free port by itself', async () => {
    const chains = await Promise.all([1, 2, 3].map((chainId) => startAnvil({ chainId, blockTime: 1, mnemonic, accounts: 1 })))
    expect(new Set(chains.map(({ rpcUrl }) => rpcUrl)).size).toBe(3)
    await Promise.all(chains.map((chain) => chain.process.stop()))
  })

  it('says that a chosen port is taken', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    if (address === null || typeof address === 'string') return expect.fail('no port')
    await expect(startAnvil({ chainId: 1, blockTime: 1, mnemonic, accounts: 1, port: address.port })).rejects.toBeInstanceOf(PortBusyError)
    await new Promise((done) => server.close(done))
  })
})
