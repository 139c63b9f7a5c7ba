// A document that points at a file points at one that is there.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Finding, lineAt, type Tree } from './tree.ts'

export function checkLinks(tree: Tree): Finding[] {
  return tree.files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const text = tree.read(file)
      return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/g)]
        .filter(([, target = '']) => !existsSync(join(tree.root, dirname(file), decodeURI(target))))
        .map((match) => ({ file, line: lineAt(text, match.index), message: `points at ${match[1]}, which is not there` }))
    })
}
