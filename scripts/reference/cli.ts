import type { AnyCommand } from '../../cli/src/command.ts'
import { commandsOf, groups } from '../../cli/src/groups.ts'
import { heading, tableOf } from './page.ts'

function sectionOf({ name, summary, details, arguments: positional = [], options = [] }: AnyCommand): string {
  const usage = ['hanse', name, ...positional.map((argument) => argument.name)].join(' ')
  const rows = [
    ...positional.map((argument) => ({ name: argument.name, text: argument.summary })),
    ...options.map(({ flags, summary: text, default: value }) => {
      const isWorthSaying = value !== undefined && value !== false && value !== ''
      return { name: flags, text: isWorthSaying ? `${text}; default ${value}` : text }
    }),
  ]
  return `\n### ${usage}\n\n${summary}.\n${details === undefined ? '' : `\n${details.replace(/^/gm, '    ')}\n`}${tableOf(['takes', 'is'], rows)}`
}

/** Every command with what it takes. */
export async function cliPage(): Promise<string> {
  const parts = await Promise.all(
    groups.map(async (group) => {
      const commands = await commandsOf(group)
      return `\n## ${group.name}\n\n${group.summary}.\n${commands.map(([, command]) => sectionOf(command)).join('')}`
    }),
  )
  const words = `Every command with what it takes; each also takes \`--json\` and \`--help\`. What holds for all of them, and the exit codes: [the command line](../cli.md). What \`--json\` prints:
[the schemas](../../cli/schemas).`
  return heading('Commands', words) + parts.join('')
}
