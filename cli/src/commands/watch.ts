import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from '../command.ts'

/** Runs a watcher. */
export const command = defineCommand({
  name: 'watch',
  summary: 'Run a watcher from its configuration, until it is told to stop',
  details: `The configuration: docs/operations.md and watcher/config.schema.json. Keys come from the variables that it names.
--check reads the configuration and the keys, says what it would do, and ends.`,
  arguments: [{ name: '<config>', summary: 'a JSON file' }],
  options: [{ flags: '--check', summary: 'only look whether it can be used', default: false }],
  input: z.object({ config: z.string(), check: z.boolean() }),
  result: z.object({
    name: z.string(),
    roles: z.array(z.string()),
    chains: z.array(z.int()),
    /** Where it listened; not with --check. */
    url: z.string().optional(),
  }),
  stopsItself: true,
  run: async ({ config: file, check }, { cwd, env, progress, signal }) => {
    const { readConfig, startTracing, startWatcher } = await import('@hanse/watcher')
    const path = resolve(cwd, file)
    const config = readConfig(path)
    const { name, roles, chains } = config
    const known = { name, roles: [...roles], chains: chains.map(({ chainId }) => chainId) }
    if (check) return known
    progress.step(`Starting ${name}`)
    const tracing = await startTracing({ name, environment: env })
    const watcher = await startWatcher({ config, environment: env, reload: () => readConfig(path) })
    progress.end('done')
    progress.note(`${name} listens at ${watcher.url ?? 'no address'}: /ready, /metrics, /v1/status. Ctrl-C ends it.`)
    await new Promise<void>((done) => {
      if (signal.aborted) done()
      signal.addEventListener('abort', () => done(), { once: true })
    })
    await watcher.stop().finally(() => tracing?.stop())
    return { ...known, url: watcher.url }
  },
  render: ({ name, roles, chains, url }) =>
    url === undefined
      ? `${name} would do ${roles.join(', ')} on chains ${chains.join(', ')}. Next: hanse watch without --check, then hanse doctor --watchers <url>`
      : `${name} has stopped.`,
})
