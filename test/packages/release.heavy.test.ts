// A release as the maintainers make it, on a copy of the manifests: one description, and all packages move together.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { packages, readManifest } from '../../scripts/packages/manifests.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const workspaces = ['sdk', 'watcher', 'deploy', 'devnet', 'cli']

it('gives all packages one new version, and each its changelog', () => {
  const copy = mkdtempSync(join(tmpdir(), 'hanse-release-'))
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  const run = (command: string, ...words: string[]) => execFileSync(command, words, { cwd: copy, stdio: 'pipe', encoding: 'utf8' })
  for (const file of ['package.json', '.changeset', 'package-lock.json']) cpSync(join(root, file), join(copy, file), { recursive: true })
  for (const folder of workspaces) {
    mkdirSync(join(copy, folder))
    cpSync(join(root, folder, 'package.json'), join(copy, folder, 'package.json'))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, '.changeset', 'brave-cogs-sail.md'), '---\n"@hanse/sdk": minor\n---\n\n`task.open`: opened twice as wide.\n')
  for (const words of [
    ['init', '-q'],
    ['add', '-A', '.changeset', 'package.json', ...workspaces],
  ])
    run('git', ...words)
  run('git', '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'Begin')

  run(process.execPath, join(root, 'node_modules', '@changesets', 'cli', 'bin.js'), 'version')

  const manifests = packages.map((item) => readManifest(copy, item))
  expect(new Set(manifests.map(({ version }) => version))).toEqual(new Set(['0.2.0']))
  for (const { dependencies = {} } of manifests)
    for (const [name, version] of Object.entries(dependencies))
      if (name.startsWith('@hanse/')) expect({ name, version }).toEqual({ name, version: '0.2.0' })
  expect(readFileSync(join(copy, 'sdk', 'CHANGELOG.md'), 'utf8')).toMatch(/## 0\.2\.0[\s\S]+`task\.open`: opened twice as wide\./)
})
