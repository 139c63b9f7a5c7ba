/** The three chains of the demo and their different rules. Tasks live on the first. */
export const rules = [
  { name: 'A', chainId: 1001, blockTime: 0.5, finality: { kind: 'depth', depth: 0 } },
  { name: 'B', chainId: 1002, blockTime: 1, finality: { kind: 'depth', depth: 2 } },
  { name: 'C', chainId: 1003, blockTime: 2, finality: { kind: 'finalized' } },
] as const
