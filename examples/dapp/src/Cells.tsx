import { useCell } from '@hanse/sdk/react'
import { type FormEvent, useState } from 'react'
import { type Hex, hexToString, isHex } from 'viem'
import type { ShownCell } from './network.ts'
import { messageOf, timeOf } from './words.ts'

/** What is looked at: by its name, or by its place. */
type Wanted = { readonly chainId: number; readonly space: Hex; readonly key: Hex }

type CellsProps = { readonly chainIds: readonly number[]; readonly shown: readonly ShownCell[] }

/** Shared values: some by themselves, and any one by its space and key. */
export function Cells({ chainIds, shown }: CellsProps) {
  const [wanted, setWanted] = useState<Wanted>()
  const [fault, setFault] = useState('')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [space, key] = [String(form.get('space')).trim(), String(form.get('key')).trim()]
    if (!isHex(space) || !isHex(key) || space.length !== 66 || key.length !== 66)
      return setFault('Space and key are 0x and 64 digits each.')
    setFault('')
    setWanted({ chainId: Number(form.get('chain')), space, key })
  }
  return (
    <section aria-labelledby="cells">
      <h2 id="cells">Cells</h2>
      {shown.map((one) => (
        <div key={`${one.chainId} ${one.space} ${one.key}`} data-cell={one.name}>
          <h3>
            {one.name} <span className="quiet">of chain {one.chainId}</span>
          </h3>
          <Cell place={one} />
        </div>
      ))}
      <form onSubmit={onSubmit}>
        <label>
          Chain
          <select name="chain">
            {chainIds.map((chainId) => (
              <option key={chainId}>{chainId}</option>
            ))}
          </select>
        </label>
        <label>
          Space
          <input name="space" size={40} spellCheck={false} required />
        </label>
        <label>
          Key
          <input name="key" size={40} spellCheck={false} required />
        </label>
        <button type="submit">Look</button>
      </form>
      {fault !== '' && <p role="alert">{fault}</p>}
      {wanted !== undefined && <Cell place={wanted} />}
    </section>
  )
}

// Not by its parts: React keeps a `key` to itself.
function Cell({ place }: { readonly place: Wanted }) {
  const { data, error } = useCell(place)
  if (data === undefined) return <p role="status">{error === null ? 'Reading…' : messageOf(error)}</p>
  const { version, value, author, lease } = data.value
  return (
    <div role="status">
      {error !== null && <p className="bad">{messageOf(error)}</p>}
      <dl data-field="cell">
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Value</dt>
        <dd>{value === undefined ? 'never written' : textOf(value)}</dd>
        <dt>Written by</dt>
        <dd>{author === undefined ? 'nobody' : `${author.account} of chain ${author.chainId}`}</dd>
        <dt>Held by</dt>
        <dd>{lease === undefined ? 'nobody' : `${lease.holder} until ${timeOf(lease.end)}`}</dd>
      </dl>
    </div>
  )
}

/** A value as text where it is text. */
function textOf(value: Hex): string {
  const text = hexToString(value)
  return /^[\p{L}\p{N}\p{P}\p{S}\p{Zs}\n]*$/u.test(text) ? text : value
}
