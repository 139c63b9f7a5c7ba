// Who looks for a contract finds it: the map in contracts/README.md names every file.
import type { Finding, Tree } from './tree.ts'

export function checkMap(tree: Tree): Finding[] {
  const map = tree.files.includes('contracts/README.md') ? tree.read('contracts/README.md') : ''
  return tree.files
    .filter((file) => /^contracts\/.*\.sol$/.test(file) && !map.includes(`(${file.replace('contracts/', '')})`))
    .map((file) => ({ file, message: 'is not on the map, contracts/README.md' }))
}
