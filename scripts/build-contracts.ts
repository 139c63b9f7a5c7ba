/**
 * Compiles the contracts under the production profile and writes what the rest of the repository reads of them: creation code, ABIs, enums and
 * error classes. Deterministic, without network. With `--check` it writes nothing and exits with 1 when a committed file is stale: by the digests of
 * sources and files that the last run left, in a second; with `--compile` as well, by compiling, in minutes.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Artifact, compile } from './contracts/compile.ts'
import { readEnums } from './contracts/enums.ts'
import { errorsPage } from './contracts/errorsPage.ts'
import { ethersFiles, ethersFolder } from './contracts/ethersTypes.ts'
import {
  abiFile,
  abiIndexFile,
  buildFile,
  type Compiled,
  enumsFile,
  errorsFile,
  type GeneratedFile,
  withParts,
} from './contracts/generate.ts'
import { changedSince, digestInputs, readStamp, stampFile, stampOf } from './contracts/stamp.ts'
import { suite, suiteParts } from './contracts/suite.ts'
import { recordCounts } from './run/counts.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const runtimeLimit = 24_576

/** Folders that hold nothing but generated files, so that what is left over from a renamed contract is found. */
const ownedFolders = ['sdk/src/abis', ethersFolder, 'deploy/build', 'devnet/build']

async function generate(): Promise<GeneratedFile[]> {
  const read = await compile(root)
  const compiled: Compiled[] = []
  for (const contract of suite) {
    const own = (await read(contract.name)) ?? (contract.fallback === undefined ? undefined : await read(contract.fallback))
    const parts = await Promise.all((contract.parts ?? []).map(async (name) => checked(name, await read(name))))
    compiled.push({ contract, artifact: withParts(checked(contract.name, own), parts) })
  }
  const parts = await Promise.all(
    suiteParts.map(async (contract) => ({ contract, artifact: checked(contract.name, await read(contract.name)) })),
  )
  const enums = await readEnums(join(root, 'contracts'))
  const builds = [...compiled, ...parts].map(buildFile).filter((file) => file !== undefined)
  const errors = errorsFile(compiled, enums)
  const page = await errorsPage({ root, contracts: errors })
  const types = await ethersFiles(compiled)
  const files = [...compiled.map(abiFile), abiIndexFile(compiled), enumsFile(enums), errors, ...types, ...builds]
  // The page is also of the errors that the SDK declares, which change without the contracts.
  return [...files, page, await stampOf(root, files)]
}

/** What the compiler made of a contract of the suite, when a chain would take it. */
function checked(name: string, artifact: Artifact | undefined): Artifact {
  if (artifact === undefined) throw new TypeError(`${name} is in scripts/contracts/suite.ts, but no source declares it.`)
  if (artifact.bytecode.includes('__$')) throw new TypeError(`${name} needs a linked library. Make its functions internal.`)
  const size = (artifact.deployedBytecode.length - 2) / 2
  if (size > runtimeLimit) throw new TypeError(`${name} has ${size} bytes of code, more than the ${runtimeLimit} that a chain accepts.`)
  return artifact
}

async function leftOvers(paths: readonly string[]): Promise<string[]> {
  const wanted = new Set(paths)
  const present = await Promise.all(
    ownedFolders.map(async (folder) => (await readdir(join(root, folder)).catch(() => [])).map((name) => `${folder}/${name}`)),
  )
  return present.flat().filter((path) => !wanted.has(path))
}

async function staleFiles(files: readonly GeneratedFile[]): Promise<string[]> {
  const texts = await Promise.all(files.map(({ path }) => readFile(join(root, path), 'utf8').catch(() => undefined)))
  return files.filter(({ text }, index) => texts[index] !== text).map(({ path }) => path)
}

/** What does not fit the stamp. Whoever changes file and stamp together is found by compiling. */
async function staleByStamp(): Promise<string[]> {
  const stamp = await readStamp(root)
  const path = 'sdk/src/errors/contracts.ts'
  const page = await errorsPage({ root, contracts: { path, text: await readFile(join(root, path), 'utf8') } })
  const isSame = stamp.inputs === (await digestInputs(root))
  const stale = [...(await changedSince(stamp, root)), ...(await staleFiles([page]))]
  return [...(isSame ? [] : [`${stampFile}: the sources have changed since`]), ...stale, ...(await leftOvers(Object.keys(stamp.files)))]
}

async function staleByCompiling(): Promise<string[]> {
  const files = await generate()
  const stale = [...(await staleFiles(files)), ...(await leftOvers(files.map(({ path }) => path)))]
  recordCounts({ runner: 'generated', passed: files.length - stale.length, failed: stale.length, skipped: 0 })
  return stale
}

async function check(isCompiling: boolean): Promise<number> {
  const stale = isCompiling ? await staleByCompiling() : await staleByStamp()
  for (const path of stale) console.error(`stale: ${path}`)
  if (stale.length > 0) console.error('Run `npm run build:contracts` and commit what it writes.')
  return stale.length > 0 ? 1 : 0
}

async function write(): Promise<number> {
  const files = await generate()
  const stale = await staleFiles(files)
  const extra = await leftOvers(files.map(({ path }) => path))
  for (const path of extra) await rm(join(root, path))
  for (const { path, text } of files.filter(({ path }) => stale.includes(path))) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  console.log(`${files.length} files up to date, ${stale.length} written, ${extra.length} removed`)
  return 0
}

process.exitCode = process.argv.includes('--check') ? await check(process.argv.includes('--compile')) : await write()
