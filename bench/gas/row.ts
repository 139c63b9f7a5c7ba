/** One measured figure. */
export type Row = {
  /** `<contract>.<what>.<size>` */
  readonly name: string
  /** Gas of the whole transaction, calldata included, divided by `n`. */
  readonly gas: number
  /** What one of `n` is. */
  readonly per: 'transaction' | 'message' | 'task' | 'agent' | 'cell'
  readonly n: number
}

/** A row from the gas of one transaction that did `n` things. */
export function row({ name, gas, per = 'transaction', n = 1 }: { name: string; gas: bigint; per?: Row['per']; n?: number }): Row {
  return { name, gas: Math.round(Number(gas) / n), per, n }
}
