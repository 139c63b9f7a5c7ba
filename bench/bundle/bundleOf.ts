import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
  metafile: true,
  outdir: 'out',
  logLevel: 'error',
} as const satisfies BuildOptions

type Built = { readonly initial: readonly Uint8Array[]; readonly later: readonly Uint8Array[] }

/** Bundles a module that stands in a string, with what is loaded at once and what a first use of it loads later. */
async function bundle(contents: string, changes: BuildOptions = {}): Promise<Built> {
  const stdin = { contents, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' } as const
  const { outputFiles = [], metafile } = await build({ ...common, ...changes, stdin })
  const outputs = metafile?.outputs ?? {}
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === 'entry.ts') ?? ''
  const atOnce = new Set([entry])
  for (const path of atOnce)
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === 'import-statement' && next in outputs) atOnce.add(next)
  const contentsOf = (isWanted: (path: string) => boolean) =>
    Object.keys(outputs)
      .filter(isWanted)
      .flatMap((path) => outputFiles.filter((file) => file.path.endsWith(path)).map((file) => file.contents))
  return { initial: contentsOf((path) => atOnce.has(path)), later: contentsOf((path) => !atOnce.has(path)) }
}

const zipped = (files: readonly Uint8Array[]) => files.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0)

/** What a page loads for a program, in bytes after gzip. */
export type BundleSize = {
  readonly name: string
  /** All that is loaded at once. */
  readonly total: number
  /** Of viem alone, with the very functions that the program uses of it. */
  readonly viem: number
  /** What comes on top of viem's own. */
  readonly added: number
  /** What the first refusal by a contract loads. */
  readonly later: number
}

/** The names that a bundle imports of each module of viem. */
function importsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, names = '', module = ''] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*"(viem[^"]*)"/g)) {
    const known = found.get(module) ?? new Set()
    for (const name of names.split(',')) known.add(name.trim().split(/\s+as\s+/)[0] ?? '')
    found.set(module, known)
  }
  return found
}

/** A built file without the imports that only what was left out needed. */
async function pruned(text: string): Promise<string> {
  const { initial } = await bundle(text, { external: ['viem', 'viem/*', './*'] })
  return initial.map((part) => new TextDecoder().decode(part)).join('\n')
}

const weighed = new Map<string, Promise<number>>()

/** What these names of viem weigh. */
function viemOf(exports: string): Promise<number> {
  const known = weighed.get(exports) ?? bundle(exports, { splitting: true }).then(({ initial }) => zipped(initial))
  weighed.set(exports, known)
  return known
}

/** Measures a program, and beside it what viem itself weighs with the same functions. */
export async function sizeOf(name: string, program: string): Promise<BundleSize> {
  const whole = await bundle(program, { splitting: true })
  const ours = await bundle(program, { splitting: true, external: ['viem', 'viem/*'] })
  const imports = await Promise.all(ours.initial.map(async (text) => importsIn(await pruned(new TextDecoder().decode(text)))))
  const lines = imports.flatMap((modules) =>
    [...modules].flatMap(([module, names]) => [...names].map((one) => `export { ${one} as ${one}_${module.length} } from '${module}'`)),
  )
  const viem = await viemOf([...new Set(lines)].sort().join('\n'))
  const total = zipped(whole.initial)
  return { name, total, viem, added: total - viem, later: zipped(whole.later) }
}
