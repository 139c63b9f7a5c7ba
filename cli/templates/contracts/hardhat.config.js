import { fileURLToPath } from 'node:url'
import { defineConfig } from 'hardhat/config'

export default defineConfig({
  solidity: {
    // The compiler from npm, as WebAssembly: nothing is downloaded.
    version: '0.8.37',
    path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
    settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } },
  },
})
