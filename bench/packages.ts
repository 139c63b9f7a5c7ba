/**
 * Installs what is published into empty folders, and times what a newcomer does first. Writes bench/results/packages.json.
 *
 * Run: npm run bench:packages. Asks the registry for the packages of others.
 */
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'hanse-bench-packages-'))
const run = (cwd: string, command: string, words: readonly string[]) =>
  execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** Megabytes of all files below a folder. */
function megabytesOf(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => lstatSync(join(folder, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
  return Math.round(bytes / 100_000) / 10
}

/** An empty project with these packages from their tarballs. */
function install(name: string, packages: readonly string[]) {
  const project = join(directory, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  const began = performance.now()
  const made = readdirSync(join(directory, 'out', 'tarballs'))
  const tarballs = packages.flatMap((one) =>
    made.filter((file) => file.startsWith(`hanse-${one}-`)).map((file) => join(directory, 'out', 'tarballs', file)),
  )
  run(project, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--omit=peer', ...tarballs])
  return { project, seconds: Math.round((performance.now() - began) / 100) / 10, megabytes: megabytesOf(join(project, 'node_modules')) }
}

try {
  run(root, process.execPath, ['scripts/build-packages.ts', '--out', join(directory, 'out')])
  const sdk = install('sdk', ['sdk'])
  const cli = install('cli', ['sdk', 'watcher', 'deploy', 'devnet', 'cli'])
  const hanse = join(cli.project, 'node_modules', '@hanse', 'cli', 'bin', 'hanse.mjs')
  const commands = [[hanse, 'init'], [hanse, 'devnet', 'up', '--chains', '2'], ['first-task.mjs']]
  const loadBefore = loadavg()[0]
  const began = performance.now()
  let last = ''
  for (const words of commands) last = run(cli.project, process.execPath, words)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  run(cli.project, process.execPath, [hanse, 'devnet', 'down'])
  if (!last.includes('settled')) throw new Error(`the first task did not settle:\n${last}`)
  const result = {
    commands: commands.length,
    seconds,
    loadBefore,
    sdkMegabytes: sdk.megabytes,
    cliMegabytes: cli.megabytes,
    installSeconds: cli.seconds,
    node: process.version,
  }
  writeFileSync(new URL('./results/packages.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`)
  console.log(result)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
