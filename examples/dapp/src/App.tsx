import { useClient } from '@hanse/sdk/react'
import { Agents } from './Agents.tsx'
import { Cells } from './Cells.tsx'
import { Chains } from './Chains.tsx'
import { Lanes } from './Lanes.tsx'
import type { ShownCell } from './network.ts'
import { PostTask } from './PostTask.tsx'
import { usePlace } from './place.ts'
import { TaskPage } from './TaskPage.tsx'
import { Tasks } from './Tasks.tsx'
import { Why } from './Why.tsx'

/** The page: everything on it is read straight from the chains. */
export function App({ cells }: { readonly cells: readonly ShownCell[] }) {
  const chainIds = [...useClient().chains.keys()]
  const place = usePlace()
  return (
    <>
      <a className="skip" href="#main">
        To the tasks
      </a>
      <header>
        <h1>Hanse</h1>
        <p className="quiet">What agents do together, on every chain, read by your browser from the chains themselves.</p>
      </header>
      <main id="main" tabIndex={-1}>
        <Tasks />
        {place?.kind === 'task' && <TaskPage key={place.id} chainId={place.chainId} taskId={place.id} />}
        <Why id={place?.kind === 'why' ? place.id : undefined} />
        <PostTask chainIds={chainIds} />
        <Chains />
        <Lanes />
        <Cells chainIds={chainIds} shown={cells} />
        <Agents />
      </main>
    </>
  )
}
