import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { OptionInvalidError } from '../../errors.ts'

/** What each fault takes after its name. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  'stop-chain': ['chainId'],
  'start-chain': ['chainId'],
  reorg: ['chainId', 'depth'],
  'slow-rpc': ['chainId', 'delayMs'],
  'lying-rpc': ['chainId', 'lie'],
  'kill-watcher': ['watcher'],
  'start-watcher': ['watcher'],
}

const numeric = new Set(['chainId', 'depth', 'delayMs'])

/** Makes the devnet suffer. */
export const command = defineCommand({
  name: 'devnet fault',
  summary: 'Stop a chain, reorganise it, slow its node down or make it lie, kill a watcher',
  details: `Faults, and what ends them:
  stop-chain <chainId>            start-chain <chainId>
  reorg <chainId> <depth>
  slow-rpc <chainId> <ms>         slow-rpc <chainId> 0
  lying-rpc <chainId> <lie>       lying-rpc <chainId> none        lies: empty-logs, altered-logs, null
  kill-watcher <name>             start-watcher <name>
slow-rpc and lying-rpc concern the nodes that the watchers ask, not the urls that are printed.`,
  arguments: [
    { name: '<kind>', summary: 'one of those below' },
    { name: '<values...>', summary: 'what it takes' },
  ],
  input: z.object({ kind: z.string(), values: z.array(z.string()) }),
  result: z.object({ kind: z.string() }),
  run: async ({ kind, values }, { cwd, progress }) => {
    const refuse = (option: string, problem: string) => new OptionInvalidError({ command: 'devnet fault', problems: [{ option, problem }] })
    const names = shapes[kind]
    if (names === undefined) throw refuse('kind', `${kind} is none of ${Object.keys(shapes).join(', ')}`)
    if (values.length !== names.length) throw refuse('values', `${kind} takes ${names.map((name) => `<${name}>`).join(' ')}`)
    const { devnetDirectory, faultDevnet, faultSchema } = await import('@hanse/devnet')
    const fields = names.map((name, index) => [name, numeric.has(name) ? Number(values[index]) : values[index]] as const)
    const fault = faultSchema.safeParse({ kind, ...Object.fromEntries(fields) })
    if (!fault.success) throw refuse(String(fault.error.issues[0]?.path[0]), fault.error.issues[0]?.message ?? 'is wrong')
    progress.step(`Bringing about: ${kind}`)
    await faultDevnet({ directory: devnetDirectory(cwd), fault: fault.data })
    return { kind }
  },
  render: ({ kind }) => `Done: ${kind}. hanse devnet status shows what is wrong, and what ends it.`,
})
