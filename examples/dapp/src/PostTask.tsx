import { type Client, task } from '@hanse/sdk'
import { useWallet } from '@hanse/sdk/react'
import { type FormEvent, useState } from 'react'
import { type Address, keccak256, parseEther, toHex } from 'viem'
import { useConnect, useConnectors } from 'wagmi'
import { linkTo } from './place.ts'
import { messageOf } from './words.ts'

/** Posts a task through the wallet in the browser. */
export function PostTask({ chainIds }: { readonly chainIds: readonly number[] }) {
  const wallet = useWallet()
  return (
    <section aria-labelledby="post">
      <h2 id="post">Post a task</h2>
      {wallet?.account === undefined ? <Connect /> : <Form chainIds={chainIds} wallet={wallet} address={wallet.account.address} />}
    </section>
  )
}

function Connect() {
  const { mutate: connect, error } = useConnect()
  const connectors = useConnectors()
  return (
    <>
      {connectors.length === 0 && <p>No wallet is in this browser. Reading needs none.</p>}
      {connectors.map((connector) => (
        <button key={connector.uid} type="button" onClick={() => connect({ connector })}>
          Connect {connector.name}
        </button>
      ))}
      {error !== null && <p role="alert">{messageOf(error)}</p>}
    </>
  )
}

type FormProps = { readonly chainIds: readonly number[]; readonly wallet: Client; readonly address: Address }

function Form({ chainIds, wallet, address }: FormProps) {
  const [said, setSaid] = useState('')
  const [isBusy, setBusy] = useState(false)
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setSaid('Waiting for the wallet…')
    try {
      const { chainId, taskId } = await post(wallet, address, form)
      setSaid('Posted.')
      location.hash = linkTo('task', chainId, taskId)
    } catch (error) {
      setSaid(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={onSubmit}>
      <label>
        What is to be done
        <textarea name="text" rows={2} cols={40} required />
      </label>
      <label>
        Home
        <select name="home">
          {chainIds.map((chainId) => (
            <option key={chainId}>{chainId}</option>
          ))}
        </select>
      </label>
      <label>
        Reward, in native coin
        <input name="reward" defaultValue="1" inputMode="decimal" pattern="\d+(\.\d+)?" required />
      </label>
      <fieldset>
        <legend>Workers from other chains</legend>
        {chainIds.map((chainId) => (
          <label key={chainId}>
            <input type="checkbox" name="from" value={chainId} defaultChecked /> {chainId}
          </label>
        ))}
      </fieldset>
      <button type="submit" disabled={isBusy}>
        Post
      </button>
      <p role="status">
        {said} Account <code>{address}</code>
      </p>
    </form>
  )
}

/** An hour to be claimed, ten minutes to work and to judge; who posts it judges it. */
async function post(wallet: Client, address: Address, form: FormData) {
  const chainId = Number(form.get('home'))
  const reward = parseEther(String(form.get('reward')))
  const terms = task.createTerms({
    homeChainId: chainId,
    requester: address,
    evaluator: address,
    specHash: keccak256(toHex(String(form.get('text')))),
    reward,
    workerBond: reward / 10n,
    openUntil: Math.floor(Date.now() / 1000) + 3600,
    workWindow: 600,
    reviewWindow: 600,
    chains: form
      .getAll('from')
      .map(Number)
      .filter((id) => id !== chainId),
    grace: 120,
  })
  const { event } = await task.open.sync(wallet, { chainId, terms })
  return { chainId, taskId: event.taskId }
}
