import { defineCommand } from '../../command.ts'
import { devnetResult, devnetSchema, renderDevnet, rulesOf, worldInput, worldOptions } from './world.ts'

/** Starts a devnet and leaves it running. */
export const command = defineCommand({
  name: 'devnet up',
  summary: 'Start local chains, deployed, linked, watched and funded, and return when they are ready',
  details:
    'Leaves one supervisor, which ends with `hanse devnet down` or when .hanse/devnet is removed. Example: hanse devnet up --chains 2',
  options: worldOptions,
  input: worldInput,
  result: devnetSchema,
  stopsItself: true,
  run: async (input, { cwd, progress, signal }) => {
    const { devnetDirectory, upDevnet } = await import('@hanse/devnet')
    const directory = devnetDirectory(cwd)
    const onPhase = (phase: string) => progress.step(`Starting: ${phase}`)
    return devnetResult(directory, await upDevnet({ directory, rules: await rulesOf(input, cwd), signal, onPhase }))
  },
  render: (result) => `${renderDevnet(result)}\nNext: hanse devnet status, hanse devnet fault --help, hanse devnet down`,
})
