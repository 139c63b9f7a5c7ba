import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hanseIn } from './hanse.ts'

function project(files: Record<string, unknown> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'hanse-cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), JSON.stringify(content))
  return directory
}

const id = `0x${'11'.repeat(32)}`

describe('the chains of a project', () => {
  it('says what to do where none is known', async () => {
    const { code, stdout, stderr } = await hanseIn(project())('task', 'list')

    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain('hanse devnet up')
    expect(stderr).toContain('hanse init')
  })

  it('does not take the chains of hanse.json for a devnet that is asked for', async () => {
    const { code, stderr } = await hanseIn(project({ 'hanse.json': {} }))('task', 'list', '--network', 'devnet')

    expect(code).toBe(4)
    expect(stderr).toContain('no devnet is up')
  })

  it('names every RPC url that is missing, and never asks for a key to read', async () => {
    const suite = {
      deployer: '0x2c7536E3605D9C16a7a3D7b1898e529396a65c23',
      governors: [],
      guardians: [],
      watchers: { members: [], quorum: 2 },
      chains: [{ name: 'sepolia' }, { name: 'base-sepolia' }],
    }
    const { code, stderr } = await hanseIn(project({ 'hanse.json': suite }))('why', id)

    expect(code).toBe(4)
    expect(stderr).toContain('SEPOLIA_RPC_URL')
    expect(stderr).toContain('BASE_SEPOLIA_RPC_URL')
    expect(stderr).not.toContain('HANSE_KEY')
  })

  it('refuses --as where accounts are not a devnet’s', async () => {
    const { code, stderr } = await hanseIn(project({ 'hanse.json': {} }))('task', 'lapse', id, '--as', '1')

    expect(code).toBe(2)
    expect(stderr).toContain('HANSE_KEY')
  })
})

describe('values', () => {
  it.each([
    ['an id', ['task', 'show', '0x12'], '<task>: is no id'],
    ['an amount', ['task', 'open', 'bounty', '--text', 'x', '--reward', '1e3'], '--reward: is no amount'],
    ['a length of time', ['task', 'open', 'bounty', '--text', 'x', '--work', '1 week'], '--work: is no length of time'],
    ['a share', ['task', 'decide', id, '--share', '101'], '--share: is more than 100 percent'],
    ['a checksum', ['task', 'open', 'bounty', '--text', 'x', '--evaluator', '0xF1DF30D1dfC63A40Fbaf66C516D38c98119993c4'], '--evaluator: '],
    ['a preset', ['task', 'open', 'gift', '--text', 'x'], '<preset>: is none of bounty'],
  ])('refuses %s that is none, before anything is looked at', async (_, words, problem) => {
    const { code, stdout, stderr } = await hanseIn(project())(...words)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(problem)
  })
})
