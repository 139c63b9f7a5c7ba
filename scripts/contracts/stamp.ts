// What the generated files were made from, and what they are: enough to see that one of both has changed, without compiling for minutes.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GeneratedFile } from './generate.ts'

/** Digests, SHA-256 in hexadecimal. `files` is by path. */
export type Stamp = { readonly inputs: string; readonly files: Readonly<Record<string, string>> }

/** Where the stamp is committed. */
export const stampFile = 'deploy/generated.json'

/** Folders with what the compiler and the generator read. */
const inputFolders = ['contracts', 'devnet/contracts', 'scripts/contracts']
const inputFiles = ['hardhat.config.ts', 'scripts/build-contracts.ts']
/** Packages whose version decides what comes out. */
const inputPackages = ['solc', 'hardhat', '@openzeppelin/contracts', 'typechain', '@typechain/ethers-v6']

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

async function sourcesIn(root: string): Promise<readonly string[]> {
  const lists = inputFolders.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true })
    return entries.filter((entry) => /\.(sol|ts)$/.test(entry)).map((entry) => `${folder}/${entry}`)
  })
  return [...(await Promise.all(lists)).flat(), ...inputFiles].sort()
}

/** One digest of all that decides what the generated files hold. */
export async function digestInputs(root: string): Promise<string> {
  const sources = (await sourcesIn(root)).map(async (path) => `${path} ${digest(await readFile(join(root, path), 'utf8'))}`)
  const lock: { packages: Record<string, { version?: string; integrity?: string }> } = JSON.parse(
    await readFile(join(root, 'package-lock.json'), 'utf8'),
  )
  const packages = inputPackages.map((name) => {
    const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {}
    return `${name} ${version} ${integrity}`
  })
  return digest([...(await Promise.all(sources)), ...packages].join('\n'))
}

/** The stamp of files that were generated just now. */
export async function stampOf(root: string, files: readonly GeneratedFile[]): Promise<GeneratedFile> {
  const digests = files.map(({ path, text }) => [path, digest(text)] as const).sort(([one], [other]) => (one < other ? -1 : 1))
  const stamp: Stamp = { inputs: await digestInputs(root), files: Object.fromEntries(digests) }
  return { path: stampFile, text: `${JSON.stringify(stamp, undefined, 2)}\n` }
}

/** The committed stamp. */
export async function readStamp(root: string): Promise<Stamp> {
  return JSON.parse(await readFile(join(root, stampFile), 'utf8'))
}

/** The paths of a stamp whose files are gone, or are not what was generated. */
export async function changedSince({ files }: Stamp, root: string): Promise<readonly string[]> {
  const found = Object.entries(files).map(async ([path, expected]) => {
    const text = await readFile(join(root, path), 'utf8').catch(() => '')
    return digest(text) === expected ? [] : [path]
  })
  return (await Promise.all(found)).flat()
}
