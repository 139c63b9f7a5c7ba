// Repairs what `npm install` writes into package-lock.json, so that `npm ci` works with Node 20 and with every npm from 10.8 on.
//
// 1. npm leaves out optional platform packages that the registry does not serve, and `npm ci` then refuses the lock. Each one gets an entry
//    of name, version and platform; without an integrity hash, because there is nothing to hash, and only its own platform ever fetches it.
// 2. npm never installs an optional package whose `engines` reject the running Node, and says nothing; of others it complains. The Node that
//    runs `npm ci` is only the bootstrap, everything else runs under the pinned one, so no entry keeps its `engines`.
//
// With `--check` it writes nothing and fails if there is something to repair.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const cpus = { x64: 'x64', amd64: 'x64', arm64: 'arm64', ia32: 'ia32', arm: 'arm', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x' }
const systems = { android: 'android', darwin: 'darwin', linux: 'linux', win32: 'win32', freebsd: 'freebsd', openharmony: 'openharmony' }
const libcs = { gnu: 'glibc', musl: 'musl' }

/** What the name of a platform package says about where it runs: `x-linux-arm64-musl` is linux, arm64, musl. */
export function platformOf(name) {
  const words = name.split(/[/-]/)
  const find = (table) => words.map((word) => table[word]).find((value) => value !== undefined)
  const [os, cpu, libc] = [find(systems), find(cpus), find(libcs)]
  if (!os || !cpu) return undefined
  return { cpu: [cpu], ...(libc && os === 'linux' ? { libc: [libc] } : {}), os: [os] }
}

function isResolved(packages, parent, name) {
  for (let at = parent; ; at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true
    if (at === '') return false
  }
}

/** Returns the repaired lock and one line for each change; changes nothing itself. */
export function fillLock(lock) {
  const changes = []
  const packages = { ...lock.packages }
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name)
      if (isResolved(packages, path, name) || !platform || !/^\d/.test(version)) continue
      packages[`node_modules/${name}`] = {
        version,
        cpu: platform.cpu,
        ...(entry.dev ? { dev: true } : {}),
        ...(platform.libc ? { libc: platform.libc } : {}),
        optional: true,
        os: platform.os,
      }
      changes.push(`added ${name}@${version}`)
    }
  }
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.startsWith('node_modules/') || !entry.engines) continue
    const { engines: _, ...rest } = entry
    packages[path] = rest
    changes.push(`dropped engines of ${path}`)
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  return { lock: { ...lock, packages: sorted }, changes }
}

function main() {
  const path = join(import.meta.dirname, '..', '..', 'package-lock.json')
  const { lock, changes } = fillLock(JSON.parse(readFileSync(path, 'utf8')))
  for (const change of changes) console.log(change)
  if (!process.argv.includes('--check')) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  else if (changes.length > 0) {
    console.error('package-lock.json lacks what is listed above: run `npm run lock` and commit the result.')
    process.exitCode = 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main()
