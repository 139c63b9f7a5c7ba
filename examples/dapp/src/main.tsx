import { createClient } from '@hanse/sdk'
import { HanseProvider } from '@hanse/sdk/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { WagmiProvider } from 'wagmi'
import { App } from './App.tsx'
import { loadNetwork } from './network.ts'
import { wagmiOf } from './wagmi.ts'
import { messageOf } from './words.ts'

const root = createRoot(document.getElementById('root') ?? document.body)

try {
  const { chains, watchers, cells } = await loadNetwork()
  const client = createClient({ chains, pollingIntervalMs: 250 })
  root.render(
    <StrictMode>
      <WagmiProvider config={wagmiOf(client)}>
        <QueryClientProvider client={new QueryClient()}>
          <HanseProvider client={client} watcherUrls={watchers}>
            <App cells={cells ?? []} />
          </HanseProvider>
        </QueryClientProvider>
      </WagmiProvider>
    </StrictMode>,
  )
} catch (error) {
  root.render(<p role="alert">{messageOf(error)}</p>)
}
