import { useTasks } from '@hanse/sdk/react'
import { formatEther } from 'viem'
import { Gaps } from './Gaps.tsx'
import { linkTo } from './place.ts'
import { short } from './words.ts'

/** The tasks of all chains, newest first. */
export function Tasks() {
  const { items, gaps, isPending } = useTasks()
  const newest = items.toSorted((a, b) => Number(b.terms.openUntil - a.terms.openUntil))
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">Tasks</h2>
      <div className="scroll">
        <table>
          <caption>{isPending ? 'Reading the chains…' : `${items.length} tasks`}</caption>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Home</th>
              <th scope="col">State</th>
              <th scope="col">Reward</th>
              <th scope="col">Workers from</th>
            </tr>
          </thead>
          <tbody>
            {newest.map(({ chainId, taskId, state, finalState, terms }) => (
              <tr key={taskId} data-task={taskId}>
                <th scope="row">
                  <a href={linkTo('task', chainId, taskId)}>
                    <code>{short(taskId)}</code>
                  </a>
                </th>
                <td>{chainId}</td>
                <td data-field="state">
                  {state} <span className={state === finalState ? 'good' : 'open'}>{state === finalState ? 'for good' : 'not final'}</span>
                </td>
                <td>{formatEther(terms.reward)}</td>
                <td>{[chainId, ...terms.chains].join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Gaps gaps={gaps} />
    </section>
  )
}
