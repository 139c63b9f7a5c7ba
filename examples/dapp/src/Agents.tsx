import { useAgents } from '@hanse/sdk/react'
import { Gaps } from './Gaps.tsx'
import { short, timeOf } from './words.ts'

/** Who offers to work. */
export function Agents() {
  const { items, gaps } = useAgents()
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">Agents</h2>
      <div className="scroll">
        <table>
          <caption>{items.length} registered agents</caption>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col">Home</th>
              <th scope="col">Controller</th>
              <th scope="col">Card</th>
              <th scope="col">Says it lives until</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ agentId, chainId, controller, profile, liveUntil }) => (
              <tr key={`${chainId} ${agentId}`}>
                <th scope="row">
                  <code>{short(agentId)}</code>
                </th>
                <td>{chainId}</td>
                <td>
                  <code>{short(controller)}</code>
                </td>
                <td>{profile.cardUri}</td>
                <td>{liveUntil === 0 ? 'does not say' : timeOf(liveUntil)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Gaps gaps={gaps} />
    </section>
  )
}
