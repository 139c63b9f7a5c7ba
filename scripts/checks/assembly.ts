// Assembly is read by few and checked by none. Where it must be, it is memory-safe, and the plain Solidity stands in the comment.
import { isSolidity, parseSolidity, visitSolidity } from './syntax.ts'
import type { Finding, Tree } from './tree.ts'

export function checkAssembly(tree: Tree): Finding[] {
  return tree.files
    .filter((file) => file.startsWith('contracts/') && isSolidity(file))
    .flatMap((file) => {
      const text = tree.read(file)
      const lines = text.split('\n')
      const found: Finding[] = []
      let comment = ''
      visitSolidity(parseSolidity(tree, file), {
        FunctionDefinition: ({ loc }) => {
          const first = (loc?.start.line ?? 1) - 1
          let line = first
          while (line > 0 && /^\s*(\/\/\/|\*|\/\*\*)/.test(lines[line - 1] ?? '')) line -= 1
          comment = lines.slice(line, first).join(' ')
        },
        InlineAssemblyStatement: ({ flags, loc }) => {
          const line = loc?.start.line ?? 1
          if (!flags?.includes('memory-safe')) found.push({ file, line, message: 'assembly that is not marked ("memory-safe")' })
          if (!/in Solidity:?/i.test(comment))
            found.push({ file, line, message: 'assembly whose function has no comment with the same "In Solidity: ..."' })
        },
      })
      return found
    })
}
