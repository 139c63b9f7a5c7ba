/** The newest of some blocks. */
export function newest(first: bigint, ...others: readonly bigint[]): bigint {
  let found = first
  for (const block of others) if (block > found) found = block
  return found
}
