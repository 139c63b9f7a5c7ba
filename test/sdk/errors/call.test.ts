import {
  BlockNotFoundError,
  InsufficientFundsError,
  LimitExceededRpcError,
  RpcRequestError,
  TimeoutError,
  TransactionExecutionError,
} from 'viem'
import { describe, expect, it } from 'vitest'
import * as errors from '../../../sdk/src/errors/index.ts'
import { accountOf } from '../support/chain.ts'

const convert = (error: unknown) => errors.toCallError({ error, verb: 'task.open', chainId: 5 })

describe('toCallError', () => {
  it('knows what a node or viem threw', async () => {
    const poor = new TransactionExecutionError(new InsufficientFundsError(), { account: accountOf('poor'), docsPath: '/' })
    expect(await convert(poor)).toBeInstanceOf(errors.FundsInsufficientError)
    expect(await convert(new TimeoutError({ body: {}, url: 'http://node' }))).toMatchObject({
      name: 'ChainUnreachableError',
      retryable: true,
    })
    for (const unserved of [new BlockNotFoundError({ blockNumber: 9n }), new LimitExceededRpcError(new Error('429'))])
      expect(await convert(unserved)).toMatchObject({ name: 'ChainUnreachableError', retryable: true })
    const foreign = new RpcRequestError({ body: {}, url: 'http://node', error: { code: 3, message: 'reverted', data: '0x12345678' } })
    expect(await convert(foreign)).toMatchObject({ name: 'CallRevertedError', data: '0x12345678', retryable: false })
  })

  it('leaves mistakes in code as they are', async () => {
    const mistake = new TypeError('x is undefined')
    expect(await convert(mistake)).toBe(mistake)
    const known = new errors.AccountMissingError('task.open')
    expect(await convert(known)).toBe(known)
  })
})

describe('BaseError', () => {
  it('walks its causes, and stops in a circle', () => {
    const inner = new errors.FormatError({ subject: 'a', fact: 'b', expected: 'c' })
    const outer = new errors.BaseError('outer', { cause: new Error('middle', { cause: inner }), metaMessages: ['do this'] })
    expect(outer.walk()).toBe(inner)
    expect(outer.walk((error) => error instanceof errors.FormatError)).toBe(inner)
    expect(outer.walk((error) => error instanceof RangeError)).toBeUndefined()
    expect(outer).toMatchObject({ shortMessage: 'outer', message: 'outer\ndo this', code: 'BaseError', retryable: false })
    inner.cause = outer
    expect(outer.walk()).toBeUndefined()
  })
})
