import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

it('shares a document without losing a line, beside a way that does, and says what both cost', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'scripts/example.ts'), 'document', '--agents', '3'], { cwd: root })
  const [naive = '', edit = ''] = stdout.split('\n\n')
  expect(naive).toMatch(/^naive: 2 of 6 lines kept/)
  expect(edit).toMatch(/^edit: 6 of 6 lines kept/)
  for (const part of [naive, edit]) {
    expect(part).toMatch(/^execute +6 +0 /m)
    expect(part).toMatch(/^total .* 100\.0$/m)
  }
})

it('names the examples that there are to who asks for another', async () => {
  const failed = run(process.execPath, [join(root, 'scripts/example.ts'), 'documents'], { cwd: root })
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('document, quickstart') })
})
