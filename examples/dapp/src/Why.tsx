import { useWhy } from '@hanse/sdk/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type Hex, isHex } from 'viem'
import { linkTo } from './place.ts'
import { messageOf, timeOf } from './words.ts'

/** Why a task, an agent, a message or what a transaction made stands where it stands. */
export function Why({ id }: { readonly id: Hex | undefined }) {
  const [text, setText] = useState('')
  const [fault, setFault] = useState('')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (id === undefined) return
    setText(id)
    heading.current?.focus()
  }, [id])
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!isHex(text) || text.length !== 66) return setFault('An id is 0x and 64 digits.')
    setFault('')
    location.hash = linkTo('why', text)
  }
  return (
    <section aria-labelledby="why">
      <h2 id="why" tabIndex={-1} ref={heading}>
        Why?
      </h2>
      <form onSubmit={onSubmit}>
        <label>
          Id of a task, agent or message, or a transaction
          <input
            size={70}
            value={text}
            onChange={(event) => setText(event.target.value.trim())}
            spellCheck={false}
            aria-invalid={fault !== ''}
          />
        </label>
        <button type="submit">Ask</button>
      </form>
      {fault !== '' && <p role="alert">{fault}</p>}
      {id !== undefined && <Answer id={id} />}
    </section>
  )
}

function Answer({ id }: { readonly id: Hex }) {
  const { data, error, isPending } = useWhy({ id })
  if (isPending) return <p role="status">Asking every chain…</p>
  if (data === undefined) return <p role="alert">{messageOf(error)}</p>
  if (data === null) return <p role="status">No chain knows it.</p>
  const { code, owner, nextAction, deadline, evidence } = data.why
  return (
    <div role="status">
      {error !== null && <p className="bad">{messageOf(error)}</p>}
      <dl data-field="why">
        <dt>What</dt>
        <dd>
          {data.kind} on chain {data.chainId}
        </dd>
        <dt>Code</dt>
        <dd data-field="code">{code}</dd>
        <dt>Who has to act</dt>
        <dd>{owner.kind === 'account' ? owner.account : owner.kind}</dd>
        <dt>Next</dt>
        <dd data-field="next">{nextAction}</dd>
        {deadline !== undefined && (
          <>
            <dt>Until</dt>
            <dd>{timeOf(deadline)}</dd>
          </>
        )}
      </dl>
      <details>
        <summary>Evidence</summary>
        <dl>
          {Object.entries(evidence).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  )
}
