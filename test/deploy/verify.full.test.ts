import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeAbiParameters } from 'viem'
import { expect, it, onTestFinished } from 'vitest'
import { applySuite, committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import { bareChains, deployer, stopAll, suiteOn } from './bare.ts'
import { startExplorer } from './explorer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const id = 11_155_111

function verify(words: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'scripts/verify.ts'), ...words],
      { cwd: root, env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    )
  })
}

// The first build of the production profile takes minutes; `npm run check` leaves it in the cache.
it('gives explorers the sources, settings and arguments that make the code on the chain', { timeout: 400_000 }, async () => {
  const chains = await bareChains([id])
  onTestFinished(() => stopAll(chains))
  const plan = planSuite({ config: suiteOn([id]), creationCodes: committedCreationCodes() })
  await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })
  const folder = mkdtempSync(join(tmpdir(), 'hanse-verify-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { chains: _, ...parties } = suiteOn([])
  const suite = join(folder, 'hanse.json')
  writeFileSync(suite, JSON.stringify({ ...parties, chains: [{ name: 'sepolia', finality: { kind: 'depth', depth: 1 } }] }))
  const explorer = await startExplorer()
  onTestFinished(explorer.stop)
  const env = { SEPOLIA_RPC_URL: chains[0]?.rpcUrl, ETHERSCAN_API_KEY: 'key', SEPOLIA_EXPLORER_API_URL: explorer.url }
  const common = ['--suite', suite, '--chains', 'sepolia']

  expect(await verify(common, { ...env, ETHERSCAN_API_KEY: '' })).toMatchObject({
    code: 1,
    output: expect.stringContaining('ETHERSCAN_API_KEY'),
  })
  const ended = await verify([...common, '--only', 'AgentRegistry,WatcherSet'], env)
  expect(ended, ended.output).toMatchObject({ code: 0 })
  for (const name of ['blockscout', 'sourcify']) {
    const other = await verify([...common, '--only', 'AgentRegistry', '--explorer', name], env)
    expect(other, other.output).toMatchObject({ code: 0 })
  }

  const { submissions } = explorer
  expect(submissions.map(({ address }) => address.toLowerCase())).toEqual(
    [plan.addresses.watcherSet, plan.addresses.agentRegistry, plan.addresses.agentRegistry, plan.addresses.agentRegistry].map((address) =>
      address.toLowerCase(),
    ),
  )
  const [watcherSet, ...registries] = submissions
  const expected = encodeAbiParameters([{ type: 'address' }, { type: 'address' }], [plan.addresses.accessManager, plan.addresses.gateway])
  expect(watcherSet?.constructorArguments?.replace(/^0x/, '')).toBe(expected.slice(2))
  for (const { input, contractName, compilerVersion } of registries) {
    expect(compilerVersion).toMatch(/0\.8\.37\+commit/)
    expect(contractName).toMatch(/contracts\/agents\/AgentRegistry\.sol:AgentRegistry$/)
    expect(input.settings).toMatchObject({ viaIR: true, evmVersion: 'cancun', optimizer: { runs: 10_000 } })
  }

  // What an explorer would do with it.
  const [first] = registries
  if (first === undefined) return expect.fail()
  const solc: { compile: (input: string) => string } = createRequire(import.meta.url)('solc')
  const settings = { ...first.input.settings, outputSelection: { '*': { '*': ['evm.bytecode.object'] } } }
  const { contracts } = JSON.parse(solc.compile(JSON.stringify({ ...first.input, settings })))
  const source = Object.keys(contracts).find((name) => name.endsWith('contracts/agents/AgentRegistry.sol')) ?? ''
  expect(`0x${contracts[source].AgentRegistry.evm.bytecode.object}`).toBe(
    plan.contracts.find(({ name }) => name === 'agentRegistry')?.initCode,
  )
})
