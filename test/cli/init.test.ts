import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { groups } from '@hanse/cli'
import { describe, expect, it, onTestFinished } from 'vitest'
import { packageVersions } from '../../cli/src/versions.ts'
import { hanseIn } from './hanse.ts'

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hanse-init-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

describe('hanse init', () => {
  it.each(['agent', 'dapp', 'contracts'])('starts %s, with exact versions of all that it imports', async (template) => {
    const cwd = folder()
    const { code, stdout } = await hanseIn(cwd)('init', template, 'My App')

    expect(code).toBe(0)
    const { name, dependencies, devDependencies } = JSON.parse(readFileSync(join(cwd, 'My App', 'package.json'), 'utf8'))
    expect(name).toBe('my-app')
    for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    for (const file of (stdout.match(/[\w.-]+\.(mjs|sol|json)/g) ?? []).filter((one) => one.endsWith('.mjs'))) {
      const text = readFileSync(join(cwd, 'My App', file), 'utf8')
      for (const [, module = ''] of text.matchAll(/from '([^'.][^']*)'/g))
        if (!module.startsWith('node:'))
          expect(Object.keys({ ...dependencies, ...devDependencies })).toContain(
            module
              .split('/')
              .slice(0, module.startsWith('@') ? 2 : 1)
              .join('/'),
          )
    }
  })

  it('builds contracts with the tools that this repository was tested with', () => {
    const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    for (const tool of ['@openzeppelin/contracts', 'hardhat', 'solc'])
      expect({ tool, version: packageVersions()[tool] }).toEqual({ tool, version: devDependencies[tool] })
  })

  it('overwrites nothing, and then writes nothing', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'worker.mjs'), 'mine')
    const { code, stderr } = await hanseIn(cwd)('init', 'agent')

    expect(code).toBe(2)
    expect(stderr).toContain('worker.mjs is there already')
    expect(readFileSync(join(cwd, 'worker.mjs'), 'utf8')).toBe('mine')
    expect(existsSync(join(cwd, 'first-task.mjs'))).toBe(false)
  })

  it('keeps the package.json of a project', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'package.json'), '{ "name": "mine" }')

    expect(await hanseIn(cwd)('init', 'dapp')).toMatchObject({ code: 0 })
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{ "name": "mine" }')
  })
})

describe('hanse completion', () => {
  it('completes nouns, verbs and flags in bash', async () => {
    const { stdout } = await hanseIn(folder())('completion', 'bash')
    const complete = (...words: string[]) => {
      const script = `${stdout}\nCOMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _hanse; echo "\${COMPREPLY[*]}"`
      return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
        .trim()
        .split(' ')
    }

    expect(complete('hanse', '')).toEqual(expect.arrayContaining(groups.map(({ name }) => name)))
    expect(complete('hanse', 'task', 'cl')).toEqual(['claim'])
    expect(complete('hanse', 'task', 'claim', '--de')).toEqual(['--deposit'])
    expect(complete('hanse', 'why', '--net')).toEqual(['--network'])
  })
})
