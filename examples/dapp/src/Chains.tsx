import { useChains } from '@hanse/sdk/react'
import { timeOf } from './words.ts'

/** Heights and finality of every chain. */
export function Chains() {
  const chains = useChains()
  return (
    <section aria-labelledby="chains">
      <h2 id="chains">Chains</h2>
      <div className="scroll">
        <table>
          <caption>Newest block, and the newest that no reorganisation can take back</caption>
          <thead>
            <tr>
              <th scope="col">Chain</th>
              <th scope="col">Height</th>
              <th scope="col">Final</th>
              <th scope="col">Its time</th>
              <th scope="col">Reorganisations seen</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {chains.map(({ chainId, head, headTimestamp, final, reorgs, trouble, halt }) => (
              <tr key={chainId} data-chain={chainId}>
                <th scope="row">{chainId}</th>
                <td data-field="head">{head === undefined ? '…' : `${head}`}</td>
                <td data-field="final">{final === undefined ? '…' : `${final}`}</td>
                <td>{headTimestamp === undefined ? '…' : timeOf(headTimestamp)}</td>
                <td data-field="reorgs">{reorgs}</td>
                <td className={trouble === undefined && halt === undefined ? 'good' : 'bad'}>
                  {halt === undefined ? (trouble ?? 'answers') : `halted: ${halt.detail}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
