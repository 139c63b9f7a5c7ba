import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../../sdk/package.json' with { type: 'json' }
import * as sdk from '../../sdk/src/index.ts'

const source = fileURLToPath(new URL('../../sdk/src', import.meta.url))

const importPattern = /^(?:import|export)\s(?:type\s)?(?:\*(?:\sas\s\w+)?|\{[^}]*\})\sfrom '([^']+)'/gm

/** Every module that a file reaches, and what it imports from outside. */
function reach(entry: string) {
  const files = new Set<string>()
  const outside = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    for (const [, module = ''] of readFileSync(file, 'utf8').matchAll(importPattern)) {
      if (module.startsWith('.')) visit(join(dirname(file), module))
      else outside.add(module)
    }
  }
  visit(entry)
  return { files: [...files].map((file) => relative(source, file)), outside: [...outside].sort() }
}

describe('the package', () => {
  it('reaches viem and nothing else from its root, so that it runs in browsers', () => {
    const { files, outside } = reach(join(source, 'index.ts'))
    expect(files).toContain('task/claim.ts')
    expect(files.filter((file) => file.startsWith('node/'))).toEqual([])
    expect(outside.filter((module) => builtinModules.includes(module) || module.startsWith('node:'))).toEqual([])
    expect(outside.every((module) => module === 'viem' || module.startsWith('viem/'))).toBe(true)
  })

  it('has a file behind every name it exports', () => {
    for (const path of Object.values(manifest.exports)) expect(reach(join(source, '..', path)).files.length).toBeGreaterThan(0)
    expect(manifest.sideEffects).toBe(false)
  })

  it('offers all verbs, each write in its four forms', () => {
    const nouns = [sdk.gateway, sdk.task, sdk.agent, sdk.charter, sdk.agreement]
    const named = nouns.flatMap((noun) => Object.keys(noun).map((name) => ({ noun, name }))).filter(({ name }) => name.endsWith('Sync'))
    expect(named.length).toBe(8 + 42 + 18 + 2 + 8)
    for (const { noun, name } of named) {
      const write = Reflect.get(noun, name.slice(0, -'Sync'.length))
      for (const form of ['sync', 'call', 'extractEvent']) expect(write[form], `${name} ${form}`).toBeTypeOf('function')
    }
  })

  it('has a test beside every verb', () => {
    const tests = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('\n')
    const verbs = [sdk.gateway, sdk.task, sdk.agent, sdk.charter, sdk.agreement]
      .flatMap((noun) => Object.keys(noun))
      .filter((name) => /^(get[A-Z]|.*Sync$)/.test(name))
    const untested = verbs.filter((name) => !new RegExp(`\\.${name.replace(/Sync$/, '')}\\b`).test(tests))
    expect(untested).toEqual([])
  })
})
