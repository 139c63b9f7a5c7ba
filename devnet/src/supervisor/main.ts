// The supervisor of a devnet as a process of its own: `node main.ts <directory> <rules as JSON>`, started by `up` with an IPC channel.
// Until it is ready it lives for the sake of `up`; from then on by itself.
import { inspect } from 'node:util'
import { BaseError } from '@hanse/sdk'
import { supervise } from './supervise.ts'

const [directory = '', rules = '{}'] = process.argv.slice(2)
const controller = new AbortController()
const end = () => controller.abort()
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, end)
process.once('disconnect', end)

const tell = (message: object): void => {
  if (process.connected) process.send?.(message)
}

try {
  await supervise({
    directory,
    rules: JSON.parse(rules),
    signal: controller.signal,
    onPhase: (phase) => tell({ phase }),
    onReady: (record) => {
      process.off('disconnect', end)
      tell({ record })
    },
  })
  process.exit(0)
} catch (error) {
  const isOurs = error instanceof BaseError
  tell({
    error: isOurs
      ? { code: error.code, message: error.shortMessage, details: error.metaMessages }
      : { message: error instanceof Error && 'syscall' in error ? error.message : inspect(error) },
  })
  console.error(error)
  process.exit(1)
}
