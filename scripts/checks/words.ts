// Words that must not occur: leftovers, paths of one machine, hosts of one registry, and what the design rules out.
import { type Finding, isGenerated, type Tree } from './tree.ts'

type Rule = { pattern: RegExp; why: string; where: (file: string) => boolean }

const isSource = (file: string) => /\.(tsx?|mjs|sol|sh|json|md|yml)$|^\.ci\/|^\.npmrc$/.test(file)
const isCode = (file: string) => /\.(tsx?|mjs|sol)$/.test(file)

// Put together from pieces, so that this file does not contain what it looks for.
const any = (...words: string[]) => words.join('|')
const rules: Rule[] = [
  {
    pattern: new RegExp(`\\b(${any('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK')})\\b`),
    why: 'leftover; open an issue instead',
    where: isCode,
  },
  {
    pattern: new RegExp(`(^|[\\s'"\`(=])/(${any('home', 'Users', 'root', 'work', 'tmp', 'mnt')})/`),
    why: 'a path of one machine; use a relative path or tmpdir()',
    where: isSource,
  },
  { pattern: /https?:\/\/[^\s'"]*(registry|artifactory|nexus|npmmirror)[^\s'"]*/i, why: 'the host of a registry', where: isSource },
  { pattern: /\bblock\.number\b/, why: 'blocks are no clock; use block.timestamp', where: (file) => /^contracts\/.*\.sol$/.test(file) },
  {
    pattern: new RegExp(`@ts-(${any('ignore', 'expect-error', 'nocheck')})`),
    why: 'switches the type checker off',
    where: (file) => isCode(file) && !/\.test-d\.ts$/.test(file),
  },
  { pattern: /\b(tx\.origin|selfdestruct)\b/, why: 'never', where: (file) => /^contracts\/.*\.sol$/.test(file) },
]

export function checkWords(tree: Tree): Finding[] {
  return tree.files
    .filter((file) => isSource(file) && !isGenerated(file) && !file.startsWith('test/scripts/checks/'))
    .flatMap((file) => {
      const ours = rules.filter((rule) => rule.where(file))
      return tree
        .read(file)
        .split('\n')
        .flatMap((line, index) =>
          ours
            .map((rule) => ({ rule, match: rule.pattern.exec(line) }))
            .filter(({ match }) => match)
            .map(({ rule, match }) => ({ file, line: index + 1, message: `${match?.[0].trim()}: ${rule.why}` })),
        )
    })
}
