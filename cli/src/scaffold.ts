import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '@hanse/sdk/errors'
import { FileUnusableError } from './errors.ts'
import { writeNew } from './files.ts'

/** What a project can start from. */
export const templates = {
  agent: 'a program that does tasks, and a first task over two chains',
  dapp: 'a page that shows tasks, read straight from the chains',
  contracts: 'a contract that sends and takes messages, and a suite file for test networks',
} as const

/** One of them. */
export type TemplateName = keyof typeof templates

const root = fileURLToPath(new URL('../templates/', import.meta.url))

/** What each template needs besides the command line. */
const needs: Record<TemplateName, readonly string[]> = {
  agent: ['@hanse/sdk', 'viem'],
  dapp: ['@hanse/sdk', 'viem'],
  contracts: ['@hanse/contracts', '@hanse/sdk', '@openzeppelin/contracts', 'viem'],
}

/** And while one works on it. */
const needsToBuild: Record<TemplateName, readonly string[]> = { agent: [], dapp: [], contracts: ['hardhat', 'solc'] }

const scripts: Record<TemplateName, Record<string, string>> = {
  agent: { dev: 'hanse devnet up && node first-task.mjs', worker: 'node worker.mjs', stop: 'hanse devnet down' },
  dapp: { dev: 'hanse devnet up && node server.mjs', stop: 'hanse devnet down' },
  contracts: {
    dev: 'hanse devnet up',
    build: 'hardhat build',
    test: 'hardhat test solidity',
    greet: 'node greet.mjs',
    stop: 'hanse devnet down',
  },
}

/** Files of a folder, with paths from it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

type Scaffold = {
  readonly template: TemplateName
  readonly directory: string
  /** Versions of the packages that the project depends on. */
  readonly versions: Readonly<Record<string, string>>
}

/**
 * Writes a template into a folder, whole or not at all. A `package.json` that is there stays.
 *
 * @returns What was written, with paths from the folder.
 * @throws FileUnusableError when a file is there already, since nothing is overwritten, or the folder takes none.
 */
export function scaffold({ template, directory, versions }: Scaffold): readonly string[] {
  const from = join(root, template)
  const next = 'Nothing was written. Take another folder: hanse init <template> <folder>'
  const taken = filesIn(from).find((file) => existsSync(join(directory, file)))
  if (taken !== undefined) throw new FileUnusableError({ file: join(directory, taken), fact: 'is there already', next })
  const parts = new Map<string, string | Uint8Array>(filesIn(from).map((file) => [file, readFileSync(join(from, file))]))
  for (const [file, content] of [
    ['package.json', manifestOf({ template, directory, versions })],
    ['.gitignore', 'node_modules/\n.hanse/\n.env\nartifacts/\ncache/\n'],
  ] as const)
    if (!existsSync(join(directory, file))) parts.set(file, content)
  try {
    writeNew([...parts].map(([file, content]) => ({ path: join(directory, file), content })))
  } catch (cause) {
    const fact = `takes no files: ${messageOf(cause)}`
    throw new FileUnusableError({ file: directory, fact, next, cause })
  }
  return [...parts.keys()]
}

function manifestOf({ template, directory, versions }: Scaffold): string {
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, versions[name] ?? 'latest']))
  const manifest = {
    name:
      basename(directory)
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'hanse-project',
    private: true,
    type: 'module',
    scripts: scripts[template],
    dependencies: named(needs[template]),
    devDependencies: named(['@hanse/cli', ...needsToBuild[template]]),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}
