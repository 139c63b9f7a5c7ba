import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sqliteNotes } from '../../../sdk/src/node/index.ts'
import { memoryNotes } from '../../../sdk/src/runtime/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hanse-notes-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  ['memoryNotes', memoryNotes],
  ['sqliteNotes', () => sqliteNotes({ path: ':memory:' })],
])('%s', (_, create) => {
  it('keeps texts by name, and forgets by prefix', async () => {
    const notes = create()
    for (const name of ['b/2', 'a/1', 'b/1', 'bb']) await notes.set(name, `of ${name}`)
    await notes.set('a/1', 'changed')
    expect(await notes.get('a/1')).toBe('changed')
    expect(await notes.get('c')).toBeUndefined()
    expect(await notes.names('b/')).toEqual(['b/1', 'b/2'])
    await notes.forget('b/')
    expect(await notes.names('')).toEqual(['a/1', 'bb'])
  })
})

describe('sqliteNotes', () => {
  it('is there after the process closed, and refuses a second process until then', async () => {
    const path = join(folder, 'agent.sqlite')
    const notes = sqliteNotes({ path })
    await notes.set('work/1', 'half done')
    expect(() => sqliteNotes({ path })).toThrow(expect.objectContaining({ name: 'NotesInUseError' }))
    notes.close()
    const again = sqliteNotes({ path })
    expect(await again.get('work/1')).toBe('half done')
    again.close()
  })
})
