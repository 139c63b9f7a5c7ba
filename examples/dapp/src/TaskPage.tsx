import { useTask, useTaskTrace } from '@hanse/sdk/react'
import { useEffect, useRef } from 'react'
import type { Hex } from 'viem'
import { linkTo } from './place.ts'
import { messageOf, short, timeOf } from './words.ts'

/** One task: where it stands, and its story over all chains. */
export function TaskPage({ chainId, taskId }: { readonly chainId: number; readonly taskId: Hex }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { data: task, error } = useTask({ chainId, taskId })
  const { data: trace, error: traceError } = useTaskTrace({ chainId, taskId })
  useEffect(() => heading.current?.focus(), [])
  return (
    <section aria-labelledby="task">
      <h2 id="task" tabIndex={-1} ref={heading}>
        Task <code>{short(taskId)}</code> at home on {chainId}
      </h2>
      {[error, traceError].map((fault, index) =>
        fault ? (
          <p key={index === 0 ? 'task' : 'trace'} role="alert" className="bad">
            {messageOf(fault)}
          </p>
        ) : null,
      )}
      <dl>
        <dt>State</dt>
        <dd data-field="state">{task?.value.state ?? '…'}</dd>
        <dt>Worker</dt>
        <dd>{task?.value.worker === undefined ? 'nobody' : `${task.value.worker.account} of chain ${task.value.worker.chainId}`}</dd>
        <dt>Id</dt>
        <dd>
          <code>{taskId}</code>
        </dd>
      </dl>
      <p>
        <a href={linkTo('why', taskId)}>Why does it stand there?</a>
      </p>
      <h3>What happened, on every chain</h3>
      <ol className="timeline" data-field="timeline">
        {trace?.hops.map(({ kind, chainId: where, timestamp, finality, transactionHash, blockNumber }, index) => (
          // Several steps can share all they say; their order is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is told anew as a whole
          <li key={index} data-hop={kind} data-on={where}>
            <span className="quiet">{timeOf(timestamp)}</span> <strong>{kind}</strong> on chain {where}, block {`${blockNumber}`},{' '}
            <span className={finality === 'final' ? 'good' : 'open'}>{finality === 'final' ? 'for good' : 'not final'}</span>
            {transactionHash === undefined ? ' (time did it)' : `, transaction ${short(transactionHash)}`}
          </li>
        ))}
      </ol>
      {trace?.gaps.map((gap) => (
        <p key={gap.chainId} className="bad">
          Nothing from chain {gap.chainId}: {gap.error.shortMessage}
        </p>
      ))}
    </section>
  )
}
