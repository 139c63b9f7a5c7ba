import type { Gathered } from '@hanse/sdk/react'

/** Chains that did not answer, and why. */
export function Gaps({ gaps }: Pick<Gathered<unknown>, 'gaps'>) {
  return (
    <div role="status">
      {gaps.map(({ chainIds, error }) => (
        <p key={chainIds.join()} className="bad">
          Chain {chainIds.join(', ')}: {error.message}
        </p>
      ))}
    </div>
  )
}
