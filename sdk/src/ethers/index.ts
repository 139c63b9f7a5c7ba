export { type EthersContracts, ethersContract } from './contract.ts'
export { type EthersProvider, ethersTransport } from './provider.ts'
export { withEthersSigner } from './signer.ts'
