import { messagesOf, type ObservedChain } from '../witness/observe.ts'
import { countStates, tallyTasks } from '../witness/tally.ts'
import { formatWatcher, type WatcherHealth } from './health.ts'

/** Shows where the run stands: rewritten in place on a terminal, one line per change elsewhere. */
export type Progress = {
  show(view: ProgressView): void
  /** A line that stays. */
  say(line: string): void
  end(): void
}

export type ProgressView = {
  seconds: number
  chains: readonly ObservedChain[]
  home: ObservedChain
  expectedTasks: number
  watchers: readonly WatcherHealth[]
}

/** Writes to `stream`; the redraw uses only "cursor up" and "clear below". */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  let drawn = 0
  let last = ''
  const erase = () => {
    if (stream.isTTY && drawn > 0) stream.write(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  return {
    show(view) {
      const lines = render(view)
      if (stream.isTTY) {
        erase()
        stream.write(`${lines.join('\n')}\n`)
        drawn = lines.length
        return
      }
      const summary = taskLine(view)
      if (summary !== last) stream.write(`${String(Math.round(view.seconds)).padStart(4)} s  ${summary}\n`)
      last = summary
    },
    say(line) {
      erase()
      stream.write(`${line}\n`)
    },
    end: erase,
  }
}

function render(view: ProgressView): readonly string[] {
  const { chains, watchers, seconds } = view
  return [
    ...chains.map(
      (chain) => `  ${chain.name}  height ${chain.head}, final ${chain.final} (${describeFinality(chain)})  ${laneLine(chain, chains)}`,
    ),
    `  watchers  ${watchers.map(formatWatcher).join('   ')}`,
    `  tasks  ${taskLine(view)}   ${seconds.toFixed(0)} s`,
  ]
}

function describeFinality({ finality }: ObservedChain): string {
  return finality.kind === 'depth' ? `${finality.depth} blocks deep` : `${finality.kind} tag`
}

function laneLine(origin: ObservedChain, chains: readonly ObservedChain[]): string {
  const messages = messagesOf(chains).filter((message) => message.origin === origin)
  const lanes = chains
    .filter((chain) => chain !== origin)
    .map((destination) => {
      const sent = messages.filter(({ destinationChainId }) => destinationChainId === destination.chainId)
      return `→${destination.name} ${sent.filter(({ executedIn }) => executedIn).length}/${sent.length}`
    })
  return `lanes ${lanes.join(' ')}`
}

function taskLine({ home, chains, expectedTasks }: ProgressView): string {
  const counts = countStates(tallyTasks(home, chains))
  const shown = Object.entries(counts).filter(([state, count]) => count > 0 || state === 'settled')
  return `${shown.map(([state, count]) => `${count} ${state}`).join(', ')} of ${expectedTasks}`
}
