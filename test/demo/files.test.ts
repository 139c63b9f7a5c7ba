import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DemoError } from '../../scripts/demo/errors.ts'
import { filesUnder, maxFiles } from '../../scripts/demo/files.ts'
import { temporaryDirectory } from '../../scripts/run/temporary.ts'

const planted = (entries: Readonly<Record<string, string>>): string => {
  const root = temporaryDirectory('files')
  for (const [name, body] of Object.entries(entries)) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), body)
  }
  return root
}

const refusal = (path: string) => filesUnder(path).catch((error: unknown) => error)

describe('filesUnder', () => {
  it('finds files of all depths, sorted, and passes hidden ones over', async () => {
    const root = planted({ 'b.txt': '', 'a/deep/c.md': 'x', '.git/config': '', '.hidden': '', 'node_modules/x.js': '' })
    expect((await filesUnder(root)).map(({ name }) => name)).toEqual(['a/deep/c.md', 'b.txt'])
  })

  it('takes a single file', async () => {
    const root = planted({ 'only.txt': 'x' })
    expect(await filesUnder(join(root, 'only.txt'))).toEqual([{ name: 'only.txt', path: join(root, 'only.txt') }])
  })

  it('takes any name that a file can have', async () => {
    const root = planted({ 'line\nbreak': '', 'ünï 🚢.txt': '', 'quote\'"`$(x)': '', '-rf': '' })
    expect((await filesUnder(root)).length).toBe(4)
  })

  it('does not go round in circles of links', async () => {
    const root = planted({ 'a/x.txt': '' })
    symlinkSync(root, join(root, 'a', 'loop'))
    expect((await filesUnder(root)).map(({ name }) => name)).toEqual(['a/x.txt'])
  })

  it.each([
    ['nothing there', () => join(planted({}), 'missing'), /Cannot read .*missing \(ENOENT\)/],
    ['a device', () => '/dev/null', /neither a file nor a directory/],
    ['an empty directory', () => planted({}), /No file to work on/],
    [
      'too many files',
      () => planted(Object.fromEntries(Array.from({ length: maxFiles + 1 }, (_, i) => [`${i}`, '']))),
      /takes at most 200/,
    ],
    [
      'a link to nothing',
      () => {
        const root = planted({})
        symlinkSync(join(root, 'gone'), join(root, 'link'))
        return root
      },
      /Cannot read .*link \(ENOENT\)/,
    ],
  ])('refuses %s in one line', async (_, path, message) => {
    const error = await refusal(path())
    expect(error).toBeInstanceOf(DemoError)
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toContain('\n')
  })
})
