import { z } from 'zod'
import { defineCommand } from '../../command.ts'

/** Ends the devnet of this project. */
export const command = defineCommand({
  name: 'devnet down',
  summary: 'End the devnet of this project and remove all of it',
  input: z.object({}),
  result: z.object({ wasUp: z.boolean() }),
  run: async (_input, { cwd, progress }) => {
    const { devnetDirectory, downDevnet } = await import('@hanse/devnet')
    progress.step('Ending')
    return { wasUp: await downDevnet({ directory: devnetDirectory(cwd) }) }
  },
  render: ({ wasUp }) => (wasUp ? 'Down.' : 'None was up.'),
})
