import { z } from 'zod'
import { defineCommand, type Words } from '../command.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** Prints the completion of a shell. */
export const command = defineCommand({
  name: 'completion',
  summary: 'Print what completes commands in bash, zsh or fish',
  details: `bash: eval "$(hanse completion bash)"     zsh: eval "$(hanse completion zsh)"     fish: hanse completion fish | source`,
  arguments: [{ name: '<shell>', summary: shells.join(', ') }],
  input: z.object({ shell: z.enum(shells, `is none of ${shells.join(', ')}`) }),
  result: z.object({ shell: z.string(), script: z.string() }),
  run: async ({ shell }, context) => {
    const words = await context.words()
    return { shell, script: shell === 'fish' ? fish(words) : bash(words, shell) }
  },
  render: ({ script }) => script,
})

function bash(words: readonly Words[], shell: 'bash' | 'zsh'): string {
  const typed = (index: string) => `"$\{COMP_WORDS[${index}]}"`
  const verbLines = words.flatMap(({ name, verbs }) =>
    verbs.filter(({ verb }) => verb !== '').map(({ verb, flags }) => `    "${name} ${verb}") words="${flags.join(' ')}" ;;`),
  )
  const nounLines = words.map(({ name, verbs }) => {
    const [first] = verbs
    const next = first?.verb === '' ? first.flags : verbs.map(({ verb }) => verb)
    return `    "${name} "*) words="${next.join(' ')}" ;;`
  })
  return [
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_hanse() {',
    `  local current=${typed('COMP_CWORD')} first=${typed('1')} second="" words=""`,
    `  if [ "$COMP_CWORD" -gt 2 ]; then second=${typed('2')}; fi`,
    '  case "$first $second" in',
    ...verbLines,
    ...nounLines,
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${words.map(({ name }) => name).join(' ')} --help --version"; fi`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _hanse hanse',
  ].join('\n')
}

function fish(words: readonly Words[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`
  return [
    'complete -c hanse -f',
    ...words.flatMap(({ name, summary, verbs }) => [
      `complete -c hanse -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...verbs.flatMap(({ verb, flags }) => [
        ...(verb === '' ? [] : [`complete -c hanse -n '__fish_seen_subcommand_from ${name}' -a ${verb}`]),
        ...flags.map((flag) => `complete -c hanse -n '__fish_seen_subcommand_from ${verb || name}' -l ${flag.slice(2)}`),
      ]),
    ]),
  ].join('\n')
}
