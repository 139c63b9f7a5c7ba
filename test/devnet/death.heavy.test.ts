import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAllGone, isAlive, report } from './linux.ts'

describe.runIf(process.platform === 'linux')('a whole world ends with its process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('when that gets %s', async (signal) => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/world.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const { pids } = await report(parent)
    expect(pids).toHaveLength(4)
    expect(pids.every(isAlive)).toBe(true)
    parent.kill(signal)
    await expectAllGone([...pids, parent.pid ?? 0])
  })
})
