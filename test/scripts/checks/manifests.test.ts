import { describe, expect, it } from 'vitest'
import { checkManifests } from '../../../scripts/checks/manifests.ts'
import { fillLock } from '../../../scripts/install/fill-lock.mjs'
import { plant } from './plant.ts'

const root = { name: 'hanse', version: '0.1.0', license: 'MIT', type: 'module', workspaces: ['sdk'], devDependencies: { viem: '2.57.1' } }
const sdk = { name: '@hanse/sdk', version: '0.1.0', license: 'MIT', type: 'module', dependencies: { viem: '2.57.1' } }
const lock = { packages: { '': {}, 'node_modules/viem': { version: '2.57.1' } } }

const found = (changes: { root?: object; sdk?: object; lock?: object }) =>
  checkManifests(
    plant({
      'package.json': JSON.stringify({ ...root, ...changes.root }),
      'sdk/package.json': JSON.stringify({ ...sdk, ...changes.sdk }),
      'package-lock.json': JSON.stringify({ ...lock, ...changes.lock }),
    }),
  ).map(({ message }) => message)

describe('manifests', () => {
  it('accepts exact and equal versions', () => {
    expect(found({})).toEqual([])
  })

  it.each([
    ['a range', { root: { devDependencies: { viem: '^2.57.1' } } }, 'pin an exact version'],
    ['two versions of one package', { sdk: { dependencies: { viem: '2.57.2' } } }, 'viem is 2.57.2, elsewhere 2.57.1'],
    ['a workspace that is no module', { sdk: { type: 'commonjs' } }, '"type" must be'],
    ['another licence', { sdk: { license: 'UNLICENSED' } }, '"license" must be'],
    ['a host in the lock', { lock: { packages: { 'node_modules/a': { resolved: 'https://example.org/a.tgz' } } } }, 'names the host'],
    [
      'a hole in the lock',
      { lock: { packages: { 'node_modules/a': { optionalDependencies: { 'a-linux-arm64': '1.0.0' } } } } },
      'added a-linux-arm64@1.0.0',
    ],
    ['an engine that keeps a package out', { lock: { packages: { 'node_modules/a': { engines: { node: '>=22' } } } } }, 'dropped engines'],
  ])('refuses %s', (_, changes, expected) => {
    expect(found(changes).join('\n')).toContain(expected)
  })
})

describe('fillLock', () => {
  it('reads the platform from the name and changes nothing the second time', () => {
    const holes = {
      packages: {
        'node_modules/p': { dev: true, optionalDependencies: { '@p/x-linux-x64-musl': '1.2.3', '@p/x-win32-arm64-msvc': '1.2.3' } },
      },
    }
    const { lock: filled } = fillLock(holes)
    expect(filled.packages['node_modules/@p/x-linux-x64-musl']).toEqual({
      version: '1.2.3',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    })
    expect(filled.packages['node_modules/@p/x-win32-arm64-msvc']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['win32'],
    })
    expect(fillLock(filled).changes).toEqual([])
  })
})
