import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { devnetResult, devnetSchema, renderDevnet } from './world.ts'

/** Shows the devnet of this project. */
export const command = defineCommand({
  name: 'devnet status',
  summary: 'Show the devnet of this project, its processes and its faults',
  input: z.object({}),
  result: z.object({
    devnet: devnetSchema,
    processes: z.array(z.object({ name: z.string(), pid: z.int() })),
    faults: z.array(z.string()),
  }),
  run: async (_input, { cwd }) => {
    const { devnetDirectory, statusOfDevnet } = await import('@hanse/devnet')
    const directory = devnetDirectory(cwd)
    const { record, status } = await statusOfDevnet({ directory })
    const running = new Set(status.pids.map(({ name }) => name))
    const faults = [
      ...status.chains.flatMap(({ chainId, isHalted, rpcFault: { delayMs = 0, lie } }) => [
        ...(isHalted ? [`chain ${chainId} stands still; hanse devnet fault start-chain ${chainId}`] : []),
        ...(delayMs > 0 ? [`the node of chain ${chainId} answers after ${delayMs} ms; hanse devnet fault slow-rpc ${chainId} 0`] : []),
        ...(lie ? [`the node of chain ${chainId} lies (${lie}); hanse devnet fault lying-rpc ${chainId} none`] : []),
      ]),
      ...record.info.watchers
        .filter(({ name }) => !running.has(name))
        .map(({ name }) => `${name} is dead; hanse devnet fault start-watcher ${name}`),
    ]
    return { devnet: devnetResult(directory, record), processes: [...status.pids], faults }
  },
  render: ({ devnet, processes, faults }) =>
    [
      renderDevnet(devnet),
      `processes   ${processes.map(({ name, pid }) => `${name} ${pid}`).join(', ')}`,
      ...faults.map((fault) => `fault       ${fault}`),
    ].join('\n'),
})
