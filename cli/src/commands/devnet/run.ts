import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { devnetResult, renderDevnet, rulesOf, worldInput, worldOptions } from './world.ts'

/** Runs a devnet in the foreground. */
export const command = defineCommand({
  name: 'devnet run',
  summary: 'The same in the foreground, until Ctrl-C',
  options: worldOptions,
  input: worldInput,
  result: z.object({ directory: z.string() }),
  stopsItself: true,
  run: async (input, { cwd, progress, signal }) => {
    const { busy, claim, devnetDirectory, supervise } = await import('@hanse/devnet')
    const directory = devnetDirectory(cwd)
    const rules = await rulesOf(input, cwd)
    if (!claim(directory)) throw busy(directory)
    await supervise({
      directory,
      rules,
      signal,
      onPhase: (phase) => progress.step(`Starting: ${phase}`),
      onReady: (record) => {
        progress.end('done')
        progress.note(`${renderDevnet(devnetResult(directory, record))}\nUp. Ctrl-C ends it.`)
      },
    })
    return { directory }
  },
  render: () => 'Down.',
})
