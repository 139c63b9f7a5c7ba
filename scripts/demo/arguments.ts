import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf } from '@hanse/sdk/errors'
import { DemoError } from './errors.ts'

/** Who is killed while the demo runs. */
export type Victim = 'watcher' | 'worker'

export type Arguments = {
  path: string
  json: boolean
  victims: readonly Victim[]
  liar: boolean
  /** Instead of playing: chains for the page, and the page. */
  serve: boolean
  port: number | undefined
}

export const usage = `npm run demo -- [path] [--kill watcher|worker|none] [--liar] [--json]
npm run demo -- --serve [--port 8080]

  path      a file or a directory of text files (default: this repository's docs)
  --kill    who is killed while it runs (default: a watcher and a worker)
  --liar    one worker submits a wrong report, which is rejected and unpaid
  --json    prints one JSON object as the last line instead of the table
  --serve   starts the chains and the page of examples/dapp, prints its address, and stays until it is told to end
  --port    where the page is (default: any port that is free)`

const victimsOf = { watcher: ['watcher'], worker: ['worker'], none: [], both: ['watcher', 'worker'] } as const

/** Reads the command line. Throws a `DemoError` that names the flag it does not know. */
export function parseArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(argv)
  if (values.help) return 'help'
  if (positionals.length > 1) throw new DemoError(`The demo takes one path, got ${positionals.length}: ${positionals.join(' ')}.`, usage)
  const kill = values.kill ?? 'both'
  if (!isKill(kill)) throw new DemoError(`--kill ${kill} is unknown.`, 'Say watcher, worker or none.')
  return {
    path: positionals[0] ?? join(import.meta.dirname, '..', '..', 'docs'),
    json: values.json ?? false,
    victims: victimsOf[kill],
    liar: values.liar ?? false,
    serve: values.serve ?? false,
    port: values.port === undefined ? undefined : portOf(values.port),
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        kill: { type: 'string' },
        liar: { type: 'boolean' },
        json: { type: 'boolean' },
        serve: { type: 'boolean' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    throw new DemoError(`The demo was called wrongly: ${messageOf(cause)}`, `\n${usage}`, cause)
  }
}

function portOf(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535) throw new DemoError(`--port ${value} is no port.`, 'Say a number from 0 to 65535.')
  return port
}

const isKill = (value: string): value is keyof typeof victimsOf => Object.hasOwn(victimsOf, value)
