// How large the packages are: each tarball, each folder, and what lies in node_modules once one is installed. From what is installed here, so no registry is asked;
// in an empty folder it is a little less, since here some packages lie in more versions (bench:packages measures that).
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Bytes of one package: as it travels, alone, and with all that it needs. */
export type Footprint = { readonly name: string; readonly tarball: number; readonly alone: number; readonly installed: number }

/** The most that they may be. */
export type Budget = Readonly<Record<string, { readonly tarballKB: number; readonly aloneKB: number; readonly installedMB: number }>>

type Needs = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** Bytes of the files below a folder, without the packages that lie in it. */
export function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => (entry.isDirectory() ? bytesOf(join(folder, entry.name)) : lstatSync(join(folder, entry.name)).size))
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** What npm installs with a package: its dependencies, the optional ones that this machine takes, and peers that are no option. */
function needsOf(folder: string): readonly string[] {
  const manifest: Needs = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers]
}

/** Where a package is found from a folder, as Node looks for it. */
function find(name: string, from: string, root: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === root || from === dirname(from) ? undefined : find(name, dirname(from), root)
}

/** A package in one version, which an empty folder gets once however often it lies here. */
function nameOf(folder: string): string {
  const { name, version }: { name: string; version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return `${name}@${version}`
}

/** Folders of a package and all that is installed with it. Own packages are those that were built, not their sources. */
function closure({ start, built, root }: { start: string; built: ReadonlyMap<string, string>; root: string }): Iterable<string> {
  const folders = new Set([start])
  for (const folder of folders) {
    // A built package lies elsewhere than its source, beside which its own dependencies are.
    const source = [...built].find(([, place]) => place === folder)?.[0]
    const from = source === undefined ? folder : join(root, source.replace('@hanse/', ''))
    for (const name of needsOf(folder)) {
      const found = built.get(name) ?? find(name, from, root)
      if (found !== undefined) folders.add(found)
    }
  }
  return new Map([...folders].map((folder) => [nameOf(folder), folder])).values()
}

/** The footprint of every package that was built into `out`. */
export function footprints({ out, root }: { out: string; root: string }): readonly Footprint[] {
  const places = readdirSync(join(out, 'packages')).map((folder) => join(out, 'packages', folder))
  const named = places.map((place) => {
    const { name }: { name: string } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
    return [name, place] as const
  })
  const built = new Map(named)
  const tarballs = readdirSync(join(out, 'tarballs'))
  return named.map(([name, start]) => {
    const file = tarballs.find((tarball) => tarball.replace(/-\d.*$/, '') === name.replace('@', '').replace('/', '-')) ?? ''
    const installed = [...closure({ start, built, root })].map(bytesOf).reduce((sum, bytes) => sum + bytes, 0)
    return { name, tarball: lstatSync(join(out, 'tarballs', file)).size, alone: bytesOf(start), installed }
  })
}

/** What is over its budget, or has none, in sentences. */
export function overBudget(found: readonly Footprint[], budget: Budget): readonly string[] {
  return found.flatMap(({ name, tarball, alone, installed }) => {
    const most = budget[name]
    if (most === undefined) return [`${name} has no budget`]
    const rows = [
      ['its tarball', tarball / 1e3, most.tarballKB, 'kB'],
      ['itself', alone / 1e3, most.aloneKB, 'kB'],
      ['installed', installed / 1e6, most.installedMB, 'MB'],
    ] as const
    return rows
      .filter(([, is, limit]) => is > limit)
      .map(([what, is, limit, unit]) => `${name}, ${what}: ${is.toFixed(1)} ${unit}, at most ${limit} ${unit}`)
  })
}
