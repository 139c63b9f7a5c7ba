import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, onTestFinished } from 'vitest'

/** State, parent and group of a process, from /proc. */
export function statOf(pid: number): { state: string; parent: number; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = 'X', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}

/** Running and not a zombie. */
export function isAlive(pid: number): boolean {
  return !['Z', 'X', undefined].includes(statOf(pid)?.state)
}

/** Every process whose group is led by one of `pids`: the guards' readers too. */
export function groupMembers(pids: readonly number[]): number[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  return all.filter((pid) => isAlive(pid) && pids.includes(statOf(pid)?.group ?? 0))
}

/** Looks until it holds or the limit has passed. Milliseconds that it took. */
export async function wait(condition: () => boolean, limitMs: number): Promise<number> {
  const start = performance.now()
  while (!condition() && performance.now() - start < limitMs) await new Promise((done) => setTimeout(done, 20))
  return performance.now() - start
}

/** The first line of JSON that a fixture prints. */
export async function report(child: ChildProcess): Promise<{ pids: number[] }> {
  if (child.stdout === null) expect.fail('no standard output')
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{')) return JSON.parse(line)
  return expect.fail('the fixture ended before it was ready')
}

/** No process of these, nor of their groups, after 2 seconds. */
export async function expectAllGone(pids: number[]): Promise<void> {
  onTestFinished(() => {
    for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL')
  })
  const took = await wait(() => !pids.some(isAlive) && groupMembers(pids).length === 0, 5_000)
  expect(pids.filter(isAlive)).toEqual([])
  expect(groupMembers(pids)).toEqual([])
  expect(took).toBeLessThan(2_000)
}
