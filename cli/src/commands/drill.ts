import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '@hanse/devnet'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { OptionInvalidError } from '../errors.ts'
import { exitCodes } from '../exitCodes.ts'
import { devnetPatient } from '../patient.ts'
import { duration } from '../values.ts'

/** What a drill is made of. `chainId` and `watcher` are the ones that it befalls. */
type Drill = {
  readonly expect: string
  readonly begin: (victim: Victim) => Fault
  /** Undefined: it passes by itself. */
  readonly end?: (victim: Victim) => Fault
  /** What the doctor says meanwhile; none where nothing is wrong for long enough to be seen. */
  readonly codes: readonly string[]
}

type Victim = { readonly chainId: number; readonly watcher: string }

/** The faults of the devnet with what to expect. */
const drills: Readonly<Record<string, Drill>> = {
  watcher: {
    expect:
      'One watcher dies. The others are a quorum, so messages travel on; the doctor says that it is gone. Its data stays, and it catches up when it is back.',
    begin: ({ watcher }) => ({ kind: 'kill-watcher', watcher }),
    end: ({ watcher }) => ({ kind: 'start-watcher', watcher }),
    codes: ['watcher-down'],
  },
  chain: {
    expect: 'A chain stands still and answers nobody. Messages to and from it wait, and none is lost; clocks of other chains go on.',
    begin: ({ chainId }) => ({ kind: 'stop-chain', chainId }),
    end: ({ chainId }) => ({ kind: 'start-chain', chainId }),
    codes: ['rpc-unreachable'],
  },
  reorg: {
    expect:
      'Two blocks are replaced. What was not final may be gone, and whoever acted on it finds out; watchers signed final blocks only, so nothing binding changes.',
    begin: ({ chainId }) => ({ kind: 'reorg', chainId, depth: 2 }),
    codes: [],
  },
  slow: {
    expect: 'The node that the watchers ask answers four seconds late. Messages from there take longer; nothing is lost.',
    begin: ({ chainId }) => ({ kind: 'slow-rpc', chainId, delayMs: 4_000 }),
    end: ({ chainId }) => ({ kind: 'slow-rpc', chainId, delayMs: 0 }),
    codes: [],
  },
  'hidden-logs': {
    expect:
      'That node hides events. What it shows does not fold to the head on chain, so watchers notice and sign nothing from there until it is honest.',
    begin: ({ chainId }) => ({ kind: 'lying-rpc', chainId, lie: 'empty-logs' }),
    end: ({ chainId }) => ({ kind: 'lying-rpc', chainId, lie: 'none' }),
    codes: [],
  },
  'false-logs': {
    expect: 'That node changes events. They do not fold to the head on chain, so watchers sign nothing from there until it is honest.',
    begin: ({ chainId }) => ({ kind: 'lying-rpc', chainId, lie: 'altered-logs' }),
    end: ({ chainId }) => ({ kind: 'lying-rpc', chainId, lie: 'none' }),
    codes: [],
  },
}

const drillSchema = z.object({ name: z.string(), expect: z.string(), codes: z.array(z.string()) })

/** Practises a fault. */
export const command = defineCommand({
  name: 'drill',
  summary: 'Practise a fault on the devnet: what to expect, what the doctor says, and whether all is well afterwards',
  details: `Without a name it lists the drills. Each begins a fault, looks with the doctor, ends the fault, and looks until all is well again.
Send something meanwhile and ask hanse why about it. Ends with code 3 when the doctor saw something else than expected.`,
  arguments: [{ name: '[drill]', summary: 'which one' }],
  options: [
    { flags: '--chain <chainId>', summary: 'the chain that it befalls; default the first' },
    { flags: '--watcher <name>', summary: 'the watcher that it befalls; default the last' },
    { flags: '--for <time>', summary: 'how long the fault lasts', default: '10s' },
  ],
  input: z.object({
    drill: z.string().optional(),
    chain: z.coerce.number().int().optional(),
    watcher: z.string().optional(),
    for: duration,
  }),
  result: z.object({
    drills: z.array(drillSchema),
    run: z
      .object({ name: z.string(), expect: z.string(), found: z.array(z.string()), isAsExpected: z.boolean(), isWellAgain: z.boolean() })
      .optional(),
  }),
  stopsItself: true,
  run: async ({ drill: name, chain, watcher, for: seconds }, { cwd, progress, signal }) => {
    const list = Object.entries(drills).map(([key, { expect, codes }]) => ({ name: key, expect, codes: [...codes] }))
    if (name === undefined) return { drills: list }
    const drill = drills[name]
    if (drill === undefined)
      throw new OptionInvalidError({
        command: 'drill',
        problems: [{ option: '[drill]', problem: `is none of ${Object.keys(drills).join(', ')}` }],
      })
    const [{ devnetDirectory, faultDevnet }, { diagnose }] = await Promise.all([import('@hanse/devnet'), import('@hanse/deploy')])
    const patient = await devnetPatient(cwd)
    const directory = devnetDirectory(cwd)
    const victim = { chainId: chain ?? patient.chains[0]?.chainId ?? 0, watcher: watcher ?? patient.watchers.at(-1)?.name ?? '' }
    const look = async () => (await diagnose(patient, Date.now())).findings.map(({ code }) => code)
    progress.note(drill.expect)
    progress.step(`Beginning: ${name}`)
    await faultDevnet({ directory, fault: drill.begin(victim) })
    const found = new Set<string>()
    const end = performance.now() + seconds * 1000
    while (performance.now() < end && !signal.aborted) {
      for (const code of await look()) found.add(code)
      await pause(1_000, undefined, { signal }).catch(() => undefined)
    }
    progress.step('Ending it')
    if (drill.end) await faultDevnet({ directory, fault: drill.end(victim) })
    const limit = performance.now() + 60_000
    let left = await look()
    while (left.length > 0 && performance.now() < limit && !signal.aborted) {
      await pause(1_000, undefined, { signal }).catch(() => undefined)
      left = await look()
    }
    const isAsExpected = drill.codes.every((code) => found.has(code))
    return { drills: list, run: { name, expect: drill.expect, found: [...found], isAsExpected, isWellAgain: left.length === 0 } }
  },
  render: ({ drills: list, run }) =>
    run === undefined
      ? list.map(({ name, expect }) => `${name.padEnd(12)} ${expect}`).join('\n')
      : [
          `The doctor saw meanwhile: ${run.found.join(', ') || 'nothing'}. ${run.isAsExpected ? 'That was to be expected.' : 'Something else was to be expected.'}`,
          run.isWellAgain ? 'All is well again.' : 'Not all is well again: hanse doctor',
        ].join('\n'),
  exitCode: ({ run }) => (run === undefined || (run.isAsExpected && run.isWellAgain) ? exitCodes.done : exitCodes.found),
})
