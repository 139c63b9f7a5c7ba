import { parseArgs } from 'node:util'
import { BaseError, messageOf } from '@hanse/sdk/errors'
import { clearHalt } from './clearHalt.ts'
import { readConfig } from './config.ts'
import { ConfigInvalidError } from './errors.ts'
import { startTracing } from './ops/traces.ts'
import { startWatcher, type Watcher } from './watcher.ts'

/** Longest a stop may take, milliseconds, before the process ends anyway. Everything that matters is on disk at any moment. */
const stopWithin = 4_500

/** Runs a watcher until it is told to stop. */
async function main(): Promise<void> {
  const { values } = readArguments()
  if (values.config === undefined)
    throw new ConfigInvalidError('No configuration was given.', { metaMessages: ['Start with --config <file.json>.'] })
  const config = readConfig(values.config)
  if (values['clear-halt'] !== undefined) return clearHalt({ config, chainId: Number(values['clear-halt']), environment: process.env })
  const path = values.config
  const tracing = await startTracing({ name: config.name, environment: process.env })
  const running = await startWatcher({ config, environment: process.env, reload: () => readConfig(path) })
  const watcher: Watcher = { ...running, stop: () => running.stop().finally(() => tracing?.stop()) }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => end(watcher))
  // Whoever started it with a channel is gone, however it ended: then this process has nobody to work for.
  process.once('disconnect', () => end(watcher))
  if (process.channel !== undefined && process.channel !== null && !process.connected) end(watcher)
  process.stdout.on('error', () => undefined)
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', url: watcher.url, adminUrl: watcher.adminUrl, name: config.name, pid: process.pid })}\n`,
  )
}

function readArguments() {
  try {
    return parseArgs({ options: { config: { type: 'string' }, 'clear-halt': { type: 'string' } }, strict: true })
  } catch (cause) {
    throw new ConfigInvalidError(messageOf(cause), {
      metaMessages: ['Known: --config <file.json>, --clear-halt <chainId>.'],
    })
  }
}

let isEnding = false

function end(watcher: Watcher): void {
  if (isEnding) return
  isEnding = true
  setTimeout(() => process.exit(0), stopWithin).unref()
  watcher.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}

main().catch((error: unknown) => {
  const lines =
    error instanceof BaseError
      ? error.message
      : `The watcher failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  process.stderr.write(`${lines}\n`)
  process.exit(1)
})
