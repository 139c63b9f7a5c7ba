import { ContractFunctionRevertedError, encodeErrorResult, RpcRequestError, toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import * as abis from '../../../sdk/src/abis/index.ts'
import { BaseError, ContractError, contractErrors, decodeRevert, TaskWrongState } from '../../../sdk/src/errors/index.ts'

const errorItems = Object.values(abis).flatMap((abi) => abi.filter((item) => item.type === 'error'))
const sample = { address: '0x00000000000000000000000000000000000000a1', bool: true, string: 'reward' } as const

type Parameter = { readonly type: string; readonly name?: string | undefined; readonly components?: readonly Parameter[] }

function sampleOf({ type, components }: Parameter): unknown {
  if (components !== undefined) return Object.fromEntries(components.map((part) => [part.name, sampleOf(part)]))
  const bytes = type.match(/^bytes(\d+)$/)?.[1]
  if (bytes !== undefined) return `0x${'ab'.repeat(Number(bytes))}`
  if (type === 'bytes') return '0xabcdef'
  return Reflect.get(sample, type) ?? 1n
}

describe('contract errors', () => {
  it('has a class of the same name for every Solidity error of every ABI', () => {
    expect(errorItems.length).toBeGreaterThan(40)
    for (const item of errorItems) {
      const found = contractErrors[toFunctionSelector({ ...item, type: 'function', outputs: [], stateMutability: 'view' })]
      expect(found?.abi.name, `no class for ${item.name}`).toBe(item.name)
    }
  })

  it('decodes each of them with all arguments', () => {
    for (const { abi } of Object.values(contractErrors)) {
      const args = abi.inputs.map(sampleOf)
      const error = decodeRevert(encodeErrorResult({ abi: [abi], errorName: abi.name, args }))
      expect(error).toBeInstanceOf(ContractError)
      expect(error?.name).toBe(abi.name)
      expect(error?.code).toBe(abi.name)
      expect(Object.keys(error?.args ?? {})).toEqual(abi.inputs.map(({ name }) => name))
    }
  })

  const taskId = `0x${'ab'.repeat(32)}` as const
  const data = encodeErrorResult({ abi: [TaskWrongState.abi], errorName: 'TaskWrongState', args: [taskId, 1, 3] })

  it('names enum values', () => {
    expect(decodeRevert(data)).toMatchObject({ args: { taskId, expected: 'Open', actual: 'Assigned' }, data })
  })

  it('finds revert data nested in the errors of viem and of nodes', () => {
    const reverted = new ContractFunctionRevertedError({ abi: [], data, functionName: 'claim' })
    const rpc = new RpcRequestError({ body: {}, url: 'http://node', error: { code: 3, message: 'execution reverted', data } })
    const wrapped = new BaseError('Outer.', { cause: new Error('middle', { cause: rpc }) })
    const odd = new RpcRequestError({ body: {}, url: 'http://node', error: { code: -32000, message: 'reverted', data: { data } } })
    for (const error of [reverted, rpc, wrapped, odd]) {
      const decoded = decodeRevert(error, { chainId: 5 })
      expect(decoded).toBeInstanceOf(TaskWrongState)
      expect(decoded).toMatchObject({ chainId: 5, cause: error })
    }
  })

  it('leaves what it does not know alone', () => {
    for (const foreign of [undefined, null, 'text', new Error('x'), '0x', '0x12345678', data.slice(0, 20), { data: 7 }]) {
      expect(decodeRevert(foreign)).toBeUndefined()
    }
  })
})
