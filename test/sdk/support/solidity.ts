import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Abi, type Hex, isHex } from 'viem'

const root = join(import.meta.dirname, '../../..')
const solc: { compile(input: string, options: { import: (path: string) => object }): string } = createRequire(import.meta.url)('solc')

type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>>>
}

/** Compiles one contract that only tests have, as `path/below/the/root.sol`: no build of the suite holds it. */
export function compileMock(path: string, name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const settings = { outputSelection: { [path]: { [name]: ['abi', 'evm.bytecode.object'] } } }
  const input = { language: 'Solidity', sources: { [path]: { content: readFileSync(join(root, path), 'utf8') } }, settings }
  const find = (file: string) => [root, join(root, 'node_modules')].map((folder) => join(folder, file)).find(existsSync)
  const answer = (file: string) => {
    const found = find(file)
    return found === undefined ? { error: `${file} is nowhere` } : { contents: readFileSync(found, 'utf8') }
  }
  const output: Output = JSON.parse(solc.compile(JSON.stringify(input), { import: answer }))
  const fault = output.errors?.find(({ severity }) => severity === 'error')
  if (fault !== undefined) throw new TypeError(fault.formattedMessage)
  const contract = output.contracts[path]?.[name]
  const bytecode = `0x${contract?.evm.bytecode.object}`
  if (contract === undefined || !isHex(bytecode)) throw new TypeError(`${path} has no contract ${name}`)
  return { abi: contract.abi, bytecode }
}
