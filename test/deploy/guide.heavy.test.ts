import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { blocksOf, commandsOf } from '../support/pages.ts'
import { bareChains, stopAll } from './bare.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const blocks = (language: string) => blocksOf('docs/deploy.md').filter((block) => block.language === language)
const [{ text: suite } = { text: '' }] = blocks('json')

/** The commands of the guide; the test sets what they export. */
const commands = blocks('sh')
  .flatMap(commandsOf)
  .filter((line) => !line.startsWith('export '))

const ids = { SEPOLIA: 11_155_111, BASE_SEPOLIA: 84_532, ARBITRUM_SEPOLIA: 421_614 }

function run(
  command: string,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd, env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }))
  })
}

it('the commands of docs/deploy.md deploy to three chains with the ids of test networks', async () => {
  const chains = await bareChains(Object.values(ids))
  onTestFinished(() => stopAll(chains))
  const folder = mkdtempSync(join(tmpdir(), 'hanse-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['node_modules', 'package.json', 'scripts', 'cli']) symlinkSync(join(root, name), join(folder, name))
  writeFileSync(join(folder, 'hanse.json'), suite)
  const env = {
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: folder,
    DEPLOYER_KEY: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
    DEPLOYER_KEYSTORE_PASSWORD: 'a password',
    ...Object.fromEntries(Object.keys(ids).map((name, index) => [`${name}_RPC_URL`, chains[index]?.rpcUrl])),
  }
  const { DEPLOYER_KEY: _, ...withKeystore } = { ...env, DEPLOYER_KEYSTORE: 'deployer.json' }

  expect(commands).toHaveLength(4)
  for (const command of commands) {
    const isBeforeKeystore = command.includes('keystore')
    const ended = await run(command, { cwd: folder, env: isBeforeKeystore ? env : withKeystore })
    expect(ended, command).toMatchObject({ code: 0 })
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(env.DEPLOYER_KEY.slice(2))
  }

  const records = Object.values(ids).map((id) => JSON.parse(readFileSync(join(folder, `deployments/${id}.json`), 'utf8')))
  expect(new Set(records.map(({ gateway }) => gateway)).size).toBe(1)
  const again = await run('npx hanse deploy apply --json', { cwd: folder, env: withKeystore })
  expect(JSON.parse(again.stdout)).toMatchObject({
    isApplied: true,
    plan: { chains: [{ transactions: [] }, { transactions: [] }, { transactions: [] }] },
  })

  // A check that nobody has seen fail: another quorum than the one that stands.
  writeFileSync(join(folder, 'hanse.json'), suite.replace('"quorum": 2', '"quorum": 3'))
  const differing = await run('npx hanse deploy check --json', { cwd: folder, env: withKeystore })
  expect(differing.code).toBe(3)
  expect(JSON.parse(differing.stdout)).toMatchObject({
    isSound: false,
    chains: [{ differences: [{ label: 'id of the watcher set' }] }, {}, {}],
  })
})

it('says what is missing, and ends with code 4', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hanse-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'hanse.json'), suite)
  const hanse = `${process.execPath} ${join(root, 'cli/bin/hanse.mjs')}`
  const env = { PATH: process.env.PATH, DEPLOYER_KEY: `0x${'11'.repeat(32)}` }

  expect(await run(`${hanse} deploy apply`, { cwd: folder, env: { PATH: process.env.PATH } })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('DEPLOYER_KEY'),
  })
  expect(await run(`${hanse} deploy apply --chains sepolia`, { cwd: folder, env })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('SEPOLIA_RPC_URL is not set'),
  })
  expect(await run(`${hanse} deploy plan --chains moon`, { cwd: folder, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('moon is not in the suite file'),
  })
  const unreachable = await run(`${hanse} deploy plan --chains sepolia --json`, {
    cwd: folder,
    env: { ...env, SEPOLIA_RPC_URL: 'http://127.0.0.1:9/key' },
  })
  expect(unreachable.code).toBe(4)
  expect(JSON.parse(unreachable.stdout)).toMatchObject({ error: { code: 'ChainUnreachableError', retryable: true } })
  expect(unreachable.stdout).not.toContain('127.0.0.1')
})
