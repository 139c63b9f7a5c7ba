// The manifests agree: exact versions, one version of each package, workspaces that name each other by their version, a complete lock.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fillLock } from '../install/fill-lock.mjs'
import type { Finding, Tree } from './tree.ts'

type Manifest = {
  name: string
  version: string
  license?: string
  type?: string
  workspaces?: string[]
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
type Lock = { packages: Record<string, Record<string, unknown>> }

const readJson = <Value>(tree: Tree, file: string): Value => JSON.parse(tree.read(file))
const wanted = (manifest: Manifest) =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })

/** Versions are exact: a fresh clone tomorrow installs what was tested today. */
function checkPins(file: string, manifest: Manifest): Finding[] {
  return wanted(manifest)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => ({ file, message: `${name} is ${version}; pin an exact version` }))
}

/** Two workspaces that use one package use one version of it, and each other as they are. */
function checkAgreement(manifests: Map<string, Manifest>): Finding[] {
  const versions = new Map([...manifests.values()].map((manifest) => [manifest.name, manifest.version]))
  return [...manifests].flatMap(([file, manifest]) =>
    wanted(manifest).flatMap(([name, version]) => {
      const known = versions.get(name)
      if (known === undefined) versions.set(name, version)
      return known === undefined || known === version ? [] : [{ file, message: `${name} is ${version}, elsewhere ${known}` }]
    }),
  )
}

function checkWorkspace(file: string, manifest: Manifest): Finding[] {
  const wants = [
    [manifest.type === 'module', '"type" must be "module"'],
    [manifest.license === 'MIT', '"license" must be "MIT"'],
    [/^(hanse|@hanse\/[a-z]+)$/.test(manifest.name ?? ''), '"name" must be @hanse/<folder>'],
  ] as const
  return wants.filter(([isMet]) => !isMet).map(([, message]) => ({ file, message }))
}

function checkLock(tree: Tree): Finding[] {
  const file = 'package-lock.json'
  if (!existsSync(join(tree.root, file))) return [{ file, message: 'is missing; run `npm run lock`' }]
  const lock: Lock = readJson(tree, file)
  const holes = fillLock(lock).changes.map((change) => ({ file, message: `${change}; run \`npm run lock\`` }))
  const hosts = Object.entries(lock.packages)
    .filter(([, entry]) => typeof entry.resolved === 'string' && /^[a-z+]+:\/\//.test(entry.resolved))
    .map(([path]) => ({ file, message: `${path} names the host it came from; run \`npm run lock\`` }))
  return [...holes, ...hosts]
}

export function checkManifests(tree: Tree): Finding[] {
  const root: Manifest = readJson(tree, 'package.json')
  const manifests = new Map<string, Manifest>([['package.json', root]])
  for (const folder of root.workspaces ?? []) manifests.set(`${folder}/package.json`, readJson(tree, `${folder}/package.json`))
  const each = [...manifests].flatMap(([file, manifest]) => [...checkPins(file, manifest), ...checkWorkspace(file, manifest)])
  return [...each, ...checkAgreement(manifests), ...checkLock(tree)]
}
