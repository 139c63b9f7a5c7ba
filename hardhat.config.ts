import { fileURLToPath } from 'node:url'
import hardhatEthers from '@nomicfoundation/hardhat-ethers'
import hardhatChaiMatchers from '@nomicfoundation/hardhat-ethers-chai-matchers'
import hardhatMocha from '@nomicfoundation/hardhat-mocha'
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers'
import hardhatTypechain from '@nomicfoundation/hardhat-typechain'
import { configVariable, defineConfig } from 'hardhat/config'
import type { HttpNetworkUserConfig } from 'hardhat/types/config'
import { countedTestTasks } from './scripts/run/hardhatCounts.ts'

/** The compiler from npm, as WebAssembly: nothing is downloaded. */
const solc = { version: '0.8.37', path: fileURLToPath(import.meta.resolve('solc/soljson.js')) } as const

/** Without a metadata hash, creation code and so every address depends on code alone, not on comments or paths. */
const common = { evmVersion: 'cancun', metadata: { bytecodeHash: 'none' } } as const

const testnet = (name: string): HttpNetworkUserConfig => ({
  type: 'http',
  chainType: 'generic',
  url: configVariable(`${name}_RPC_URL`),
  accounts: [configVariable('DEPLOYER_KEY')],
})

/** How deep Solidity tests search: runs of each fuzz test, and runs of so many calls of each invariant. The seed is ASCII for Hanse. */
const depth = ({ fuzzRuns, runs, calls }: { fuzzRuns: number; runs: number; calls: number }) => ({
  fuzz: { runs: fuzzRuns, seed: '0x48616e7365' },
  // A failure is shown after little shrinking: its calls are expensive, and the unshrunk ones tell as much.
  invariant: { runs, depth: calls, failOnRevert: false, shrinkRunLimit: 50 },
  fsPermissions: { readDirectory: ['test/vectors'] },
})

export default defineConfig({
  plugins: [hardhatEthers, hardhatChaiMatchers, hardhatMocha, hardhatNetworkHelpers, hardhatTypechain],
  tasks: countedTestTasks,
  solidity: {
    // A test that is run alone compiles itself and our contracts, not all tests.
    splitTestsCompilation: true,
    npmFilesToBuild: [
      '@openzeppelin/contracts/access/manager/AccessManager.sol',
      '@openzeppelin/contracts/governance/TimelockController.sol',
    ],
    profiles: {
      // For tests, quick to compile: what is left out takes three quarters of the time, and the tests need neither.
      default: { ...solc, settings: { ...common, optimizer: { enabled: true, runs: 200, details: { cse: false, yul: false } } } },
      production: {
        compilers: [{ ...solc, settings: { ...common, viaIR: true, optimizer: { enabled: true, runs: 10_000 } } }],
        // The largest contracts: at 10,000 runs their code is over what a chain accepts, and saves a few hundred gas per call.
        overrides: {
          'contracts/tasks/TaskEscrow.sol': { ...solc, settings: { ...common, viaIR: true, optimizer: { enabled: true, runs: 1_000 } } },
          'contracts/tasks/TaskAssignments.sol': { ...solc, settings: { ...common, viaIR: true, optimizer: { enabled: true, runs: 200 } } },
          'contracts/tasks/PortalDesk.sol': { ...solc, settings: { ...common, viaIR: true, optimizer: { enabled: true, runs: 200 } } },
        },
      },
    },
  },
  paths: {
    sources: ['contracts', 'devnet/contracts', 'test/contracts/mocks'],
    tests: { mocha: 'test/contracts', solidity: 'test/contracts' },
  },
  networks: {
    sepolia: testnet('SEPOLIA'),
    baseSepolia: testnet('BASE_SEPOLIA'),
    arbitrumSepolia: testnet('ARBITRUM_SEPOLIA'),
  },
  typechain: { outDir: 'types/ethers-contracts' },
  test: {
    mocha: { forbidOnly: true, forbidPending: true },
    solidity: {
      profiles: {
        default: depth({ fuzzRuns: 48, runs: 6, calls: 40 }),
        full: depth({ fuzzRuns: 100_000, runs: 1000, calls: 500 }),
      },
    },
  },
})
