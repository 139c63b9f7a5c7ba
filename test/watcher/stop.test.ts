import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { configFor } from './support/context.ts'

const main = fileURLToPath(new URL('../../watcher/src/main.ts', import.meta.url))
const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

describe('a watcher whose providers hang', () => {
  it('stops cleanly within three seconds of SIGTERM, also with a listener at its stream', async () => {
    const hanging = createServer(() => undefined)
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => {
      hanging.close()
      hanging.closeAllConnections()
    })
    const dataDir = mkdtempSync(join(tmpdir(), 'watcher-stop-'))
    cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }))
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}` // it listens on a port
    const { chains, ...config } = configFor({ dataDir })
    const path = join(dataDir, 'config.json')
    writeFileSync(path, JSON.stringify({ ...config, chains: (chains as object[]).map((chain) => ({ ...chain, rpcUrls: [url] })) })) // as built above
    const env = { ...process.env, A: '01'.repeat(32), B: '02'.repeat(32) }
    const child = spawn(process.execPath, [main, '--config', path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    cleanups.push(() => void child.kill('SIGKILL'))
    const [line] = await once(child.stdout, 'data')
    const { url: own }: { url: string } = JSON.parse(String(line))
    const stream = await fetch(new URL('/v1/events', own))
    const began = performance.now()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(performance.now() - began).toBeLessThan(3_000)
    await stream.body?.cancel().catch(() => undefined)
  })
})
