import { messageOf } from '@hanse/sdk/errors'
import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

/** A logger that writes JSON lines, to stderr unless `write` takes them; bigints as decimal strings. */
export function createLogger({ name, level, write }: createLogger.Parameters): Logger {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)])),
      },
    },
    write === undefined ? pino.destination({ fd: 2, sync: true }) : { write },
  )
}

export declare namespace createLogger {
  type Parameters = { name: string; level: string; write?: (line: string) => void }
}

/** At any depth: JSON numbers lose what lies above 2^53. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`
  if (Array.isArray(value)) return value.map(plain)
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) : value
}

/** The first line of an error, for a log field. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error)
  return message.split('\n')[0] ?? message
}
