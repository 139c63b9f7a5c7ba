import type { AnyCommand, Words } from './command.ts'

/** A command's file, read only when the command is named. */
type Loader = () => Promise<{ readonly command: AnyCommand }>

/** A noun's file with all its verbs, read only when the noun is named. */
type NounLoader = () => Promise<{ readonly commands: Readonly<Record<string, AnyCommand>> }>

/** What stands after `hanse`: one command, several under one word, or a noun with the table of its verbs. */
export type Group = { readonly name: string; readonly summary: string } & (
  | { readonly command: Loader }
  | { readonly commands: Readonly<Record<string, Loader>> }
  | { readonly noun: NounLoader }
)

/** The commands of a group by their verbs; one command alone has none. */
export async function commandsOf(group: Group): Promise<readonly (readonly [verb: string | undefined, command: AnyCommand])[]> {
  if ('command' in group) return [[undefined, (await group.command()).command]]
  if ('noun' in group) return Object.entries((await group.noun()).commands)
  return await Promise.all(Object.entries(group.commands).map(async ([verb, load]) => [verb, (await load()).command] as const))
}

/** All that one can type, for a shell to complete. */
export async function wordsOf(table: readonly Group[]): Promise<readonly Words[]> {
  return await Promise.all(
    table.map(async (group) => {
      const verbs = (await commandsOf(group)).map(([verb = '', command]) => ({ verb, flags: flagsOf(command) }))
      return { name: group.name, summary: group.summary, verbs }
    }),
  )
}

const flagsOf = ({ options = [] }: AnyCommand) => [...options.map(({ flags }) => flags.split(/[ ,]/)[0] ?? ''), '--json', '--help']

/** All commands. Help of `hanse` itself reads nothing but this table. */
export const groups: readonly Group[] = [
  { name: 'task', summary: 'Post, find, do and judge tasks', noun: () => import('./commands/task/index.ts') },
  { name: 'workflow', summary: 'Work over chains, in steps', noun: () => import('./commands/workflow.ts') },
  { name: 'agent', summary: 'Register agents, keep them alive, find them by what they can do', noun: () => import('./commands/agent.ts') },
  { name: 'cell', summary: 'Shared values that nobody overwrites unseen', noun: () => import('./commands/cell.ts') },
  { name: 'topic', summary: 'Shared lists that prove that they are whole', noun: () => import('./commands/topic.ts') },
  { name: 'charter', summary: 'The shared rules of a group', noun: () => import('./commands/charter.ts') },
  { name: 'agreement', summary: 'What a quorum signs and one transaction does', noun: () => import('./commands/agreement.ts') },
  { name: 'message', summary: 'Messages between chains: show, follow, deliver, retry', noun: () => import('./commands/message.ts') },
  { name: 'why', summary: 'Say why anything stands where it stands, and who has to act', command: () => import('./commands/why.ts') },
  { name: 'init', summary: 'Start a project: an agent, a dApp or contracts', command: () => import('./commands/init.ts') },
  {
    name: 'deploy',
    summary: 'Put the contracts on chains, at the same addresses',
    commands: {
      plan: () => import('./commands/deploy/plan.ts'),
      apply: () => import('./commands/deploy/apply.ts'),
      check: () => import('./commands/deploy/check.ts'),
    },
  },
  {
    name: 'devnet',
    summary: 'Local chains with chosen rules, and faults on purpose',
    commands: {
      up: () => import('./commands/devnet/up.ts'),
      run: () => import('./commands/devnet/run.ts'),
      status: () => import('./commands/devnet/status.ts'),
      fund: () => import('./commands/devnet/fund.ts'),
      fault: () => import('./commands/devnet/fault.ts'),
      down: () => import('./commands/devnet/down.ts'),
    },
  },
  { name: 'drill', summary: 'Practise a fault on the devnet, and see what it does', command: () => import('./commands/drill.ts') },
  { name: 'chains', summary: 'The chains that are known here, and how they are', command: () => import('./commands/chains.ts') },
  { name: 'link', summary: 'Which chains believe which', command: () => import('./commands/link.ts') },
  { name: 'roles', summary: 'Who may change what, and how long that takes', command: () => import('./commands/roles.ts') },
  { name: 'watch', summary: 'Run a watcher from its configuration', command: () => import('./commands/watch.ts') },
  { name: 'doctor', summary: 'Look for what is wrong, and say what to do', command: () => import('./commands/doctor.ts') },
  { name: 'keystore', summary: 'Keep the key of the deployer in an encrypted file', command: () => import('./commands/keystore.ts') },
  { name: 'completion', summary: 'Print what completes commands in a shell', command: () => import('./commands/completion.ts') },
]
