import { useLanes } from '@hanse/sdk/react'
import { Gaps } from './Gaps.tsx'
import { timeOf } from './words.ts'

/** What travels between the chains. */
export function Lanes() {
  const { items, gaps } = useLanes()
  return (
    <section aria-labelledby="lanes">
      <h2 id="lanes">Lanes</h2>
      <div className="scroll">
        <table>
          <caption>Messages from one chain to another</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Sent</th>
              <th scope="col">The newest</th>
              <th scope="col">Lane</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ originChainId, destinationChainId, sent, newest, link }) => (
              <tr key={`${originChainId} ${destinationChainId}`}>
                <td>{originChainId}</td>
                <td>{destinationChainId}</td>
                <td>{`${sent}`}</td>
                <td className={newest === 'Pending' || newest === 'Failed' ? 'open' : 'good'}>{newest?.toLowerCase() ?? 'none yet'}</td>
                <td>{stateOf(link)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Gaps gaps={gaps} />
    </section>
  )
}

function stateOf({ isLinked, stoppedUntil }: { readonly isLinked: boolean; readonly stoppedUntil: number }): string {
  if (!isLinked) return 'not linked'
  return stoppedUntil > Date.now() / 1000 ? `stopped until ${timeOf(stoppedUntil)}` : 'linked'
}
