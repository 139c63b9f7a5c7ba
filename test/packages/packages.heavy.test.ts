// What is published, as a stranger gets it: the tarballs in an empty folder, with the packages of others beside them. No registry is asked.
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { run as runCli } from '@hanse/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Budget, footprints, overBudget } from '../../scripts/packages/footprint.ts'
import { blocksOf, commandsOf, type Hanse, runPage } from '../support/pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'hanse-packages-'))
const project = join(directory, 'project')
const modules = join(project, 'node_modules')

type Ran = { readonly code: unknown; readonly stdout: string; readonly stderr: string }

const run = (command: string, words: readonly string[], cwd = project): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { cwd, timeout: 240_000, maxBuffer: 64 * 1024 * 1024 }
    execFile(command, words, options, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }))
  })

const node = (...words: string[]) => run(process.execPath, words)
const hanse = (...words: string[]) => node(join(modules, '@hanse', 'cli', 'bin', 'hanse.mjs'), ...words)

/** The packages of others, as they were installed here. */
function linkModules(from: string, to: string): void {
  if (!existsSync(from)) return
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) if (name !== '@hanse' && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name))
}

/** What a command that must work printed. */
async function ok(ran: Promise<Ran>): Promise<string> {
  const { code, stdout, stderr } = await ran
  expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ code: 0, stderr: '' })
  return stdout
}

beforeAll(async () => {
  await ok(run(process.execPath, [join(root, 'scripts', 'build-packages.ts'), '--out', join(directory, 'out')], root))
  mkdirSync(join(modules, '@hanse'), { recursive: true })
  linkModules(join(root, 'node_modules'), modules)
  for (const file of readdirSync(join(directory, 'out', 'tarballs'))) {
    const target = join(modules, file.replace(/^hanse-(.+)-\d.*$/, '@hanse/$1').replace(/-\d.*$/, ''))
    mkdirSync(target, { recursive: true })
    linkModules(join(root, file.replace(/^hanse-(.+)-\d.*$/, '$1'), 'node_modules'), join(target, 'node_modules'))
    await run('tar', ['-xzf', join(directory, 'out', 'tarballs', file), '--strip-components=1', '-C', target])
  }
  // What npm does with the "bin" of a manifest.
  const bin = join(modules, '@hanse', 'cli', 'bin', 'hanse.mjs')
  chmodSync(bin, 0o755)
  mkdirSync(join(modules, '.bin'))
  symlinkSync(bin, join(modules, '.bin', 'hanse'))
  symlinkSync(join(root, 'node_modules', '.bin', 'hardhat'), join(modules, '.bin', 'hardhat'))
}, 300_000)

afterAll(async () => {
  await hanse('devnet', 'down')
  rmSync(directory, { recursive: true, force: true })
})

const published = () => readdirSync(join(modules, '@hanse')).map((name) => join(modules, '@hanse', name))

type Published = {
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly private?: boolean
  readonly license: string
}

describe('the published packages', () => {
  it('hold what their manifests promise, and no source', () => {
    for (const folder of published()) {
      const manifest: Published = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const { exports = {}, bin = {}, private: isPrivate, license } = manifest
      const promised = [...Object.values(exports), bin].flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
      expect(promised.filter((file) => !existsSync(join(folder, file)))).toEqual([])
      expect({ isPrivate, license }).toEqual({ isPrivate: undefined, license: 'MIT' })
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      expect(files.filter((file) => /^(?!node_modules).*(?<!\.d)\.ts$/.test(file))).toEqual([])
    }
  })

  it('give a stranger’s TypeScript all types', async () => {
    const { exports } = JSON.parse(readFileSync(join(modules, '@hanse', 'sdk', 'package.json'), 'utf8'))
    const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'))
    const imports = paths.map((path, index) => `import * as part${index} from '@hanse/sdk${path.slice(1)}'\nconsole.log(part${index})`)
    const use = `import { createClient, task } from '@hanse/sdk'\nconst wrong: string = task.totalOf({ reward: 1n, evaluatorFee: 0n, triggerReward: 0n })\n`
    writeFileSync(join(project, 'good.mts'), `${imports.join('\n')}\n`)
    writeFileSync(join(project, 'bad.mts'), `${use}console.log(createClient, wrong)\n`)
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const tsc = (file: string) => node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...flags, file)

    expect(await tsc('good.mts')).toMatchObject({ code: 0, stdout: '' })
    expect((await tsc('bad.mts')).stdout).toContain("Type 'bigint' is not assignable to type 'string'")
  })

  it('lead in three commands and a minute to a first task settled over two chains', async () => {
    const began = performance.now()
    await ok(hanse('init'))
    await ok(hanse('devnet', 'up', '--chains', '2'))
    const stdout = await ok(node('first-task.mjs'))
    const seconds = (performance.now() - began) / 1000

    expect(stdout).toMatch(/posted on chain 1001[\s\S]+claimed from chain 1002[\s\S]+settled: 1 coins/)
    expect(seconds).toBeLessThan(60)
    expect(await hanse('task', 'list', '--state', 'settled', '--json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"Settled"'),
    })
  }, 180_000)

  it('start a project by npm create', async () => {
    await ok(node(join(modules, 'create-hanse', 'bin', 'create-hanse.mjs'), 'my-app', 'contracts'))
    expect(existsSync(join(project, 'my-app', 'contracts', 'Greeter.sol'))).toBe(true)
  })
})

const isFull = process.env.HANSE_FULL === '1'

/** The built command line, in this process. */
async function hanseHere(cwd: string, env: NodeJS.ProcessEnv): Promise<Hanse> {
  const { run: runHanse }: { run: typeof runCli } = await import(join(modules, '@hanse', 'cli', 'dist', 'index.js'))
  return async (words) => {
    const said = { stdout: '', stderr: '' }
    const into = (name: keyof typeof said) => new PassThrough().on('data', (chunk) => (said[name] += String(chunk)))
    const code = await runHanse(words, { surroundings: { cwd, env, stdout: into('stdout'), stderr: into('stderr') } })
    return { code, ...said }
  }
}

/** Each page has a folder to itself, and the devnet is the one of the project. */
async function follow(path: string) {
  const folder = join(project, 'pages', path.replaceAll('/', '-'))
  mkdirSync(folder, { recursive: true })
  symlinkSync(modules, join(folder, 'node_modules'))
  symlinkSync(join(project, '.hanse'), join(folder, '.hanse'))
  const env = { ...process.env, PATH: `${join(modules, '.bin')}:${join(process.execPath, '..')}:${process.env.PATH}` }
  // Whether a process of its own makes a difference is for the full run to tell.
  const hanse = isFull ? undefined : await hanseHere(folder, env)
  const run = await runPage({ path, folder, env, hanse })
  const blocks = blocksOf(path)
  const commands = blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf)
  const files = blocks.filter(({ file }) => file !== undefined)
  expect(run).toMatchObject({ commands: commands.length, files: files.length })
}

describe('the documentation, line by line', () => {
  const page = (name: string) => `docs/tutorials/${name}.md`
  const tutorials = ['agent', 'contracts', 'dapp', 'operator'].map(page)
  it.each(['README.md', 'docs/cli.md', ...tutorials])('%s does what it says', (path) => follow(path), 240_000)
})

describe('the templates', () => {
  it.each(['agent', 'dapp', 'contracts'])('%s passes the type checker', async (template) => {
    await ok(hanse('init', template, `types-${template}`))
    const files = readdirSync(join(project, `types-${template}`)).filter((file) => file.endsWith('.mjs') && !file.startsWith('hardhat'))
    const flags = [
      '--noEmit',
      '--allowJs',
      '--checkJs',
      '--strict',
      '--noImplicitAny',
      'false',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2024',
    ]
    const words = [...flags, '--types', 'node', ...files.map((file) => join(project, `types-${template}`, file))]
    expect(await node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...words)).toMatchObject({ code: 0, stdout: '' })
  })
})

describe('the sizes', () => {
  it('of all packages are within their budgets', () => {
    const budget: Budget = JSON.parse(readFileSync(join(root, 'bench', 'budgets.json'), 'utf8'))
    expect(overBudget(footprints({ out: join(directory, 'out'), root }), budget)).toEqual([])
  })
})
