import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorld, stopOnEnd, type World } from '@hanse/devnet'
import { BaseError } from '@hanse/sdk'
import { judge } from '../witness/judge.ts'
import { type Arguments, parseArguments, usage } from './arguments.ts'
import { DemoError } from './errors.ts'
import { filesUnder } from './files.ts'
import { formatOutcome } from './outcome.ts'
import { createProgress } from './progress.ts'
import { rules } from './rules.ts'
import { perform } from './run.ts'

/** The whole of it, by wall clock; a run that takes longer has gone wrong. */
const limitMs = 240_000

async function main(): Promise<boolean> {
  const parsed = parseArguments(process.argv.slice(2))
  if (parsed === 'help') {
    process.stdout.write(`${usage}\n`)
    return true
  }
  const files = parsed.serve ? [] : await filesUnder(parsed.path)
  const scratch = await mkdtemp(join(tmpdir(), 'hanse-demo-'))
  const cleanUp: (() => Promise<void>)[] = [() => rm(scratch, { recursive: true, force: true })]
  const stop = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step()
  }
  stopOnEnd({ stop })
  try {
    if (parsed.serve) return await serveOnly(parsed, scratch, cleanUp)
    return await demonstrate(parsed, files, scratch, cleanUp)
  } finally {
    await stop()
  }
}

/** The bundler is loaded for the page alone. */
async function serveOnly({ port }: Arguments, scratch: string, cleanUp: (() => Promise<void>)[]): Promise<never> {
  const { serve } = await import('./serve.ts')
  return serve({ scratch, cleanUp, port, say: (line) => void process.stdout.write(`${line}\n`) })
}

async function demonstrate(
  parsed: Arguments,
  files: readonly { name: string; path: string }[],
  scratch: string,
  cleanUp: (() => Promise<void>)[],
): Promise<boolean> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const progress = createProgress(parsed.json ? process.stderr : process.stdout)
  progress.say(`Hanse: ${files.length} files, three chains, nobody in charge.`)
  const world: World = await startWorld({ chains: rules, watchers: 3, quorum: 2 })
  cleanUp.push(() => world.stop())
  await mkdir(join(scratch, 'content'))
  const agentFile = join(scratch, 'agents.json')
  await writeFile(
    agentFile,
    JSON.stringify({ world: world.info, home: rules[0].chainId, token: world.info.token, content: join(scratch, 'content') }),
  )
  const run = await perform({ ...parsed, files, world, agentFile, progress, seconds, signal: AbortSignal.timeout(limitMs), cleanUp })
  progress.end()
  const outcome = judge(run)
  process.stdout.write(parsed.json ? `${JSON.stringify(outcome)}\n` : `\n${formatOutcome(run, outcome)}\n`)
  return outcome.ok
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  if (!(error instanceof DemoError || error instanceof BaseError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
