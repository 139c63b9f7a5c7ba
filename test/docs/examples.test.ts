import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('../../examples/', import.meta.url)
// These tell a whole story: the quickstart of the README, a contract that is an agent, and a workflow with deaths.
const stories = ['quickstart.ts', 'contract-agent.ts', 'workflow.ts']
const names = readdirSync(folder).filter((file) => file.endsWith('.ts') && !stories.includes(file))

/** The lines after the imports that say something. */
function linesOf(source: string): readonly string[] {
  const lines = source.split('\n')
  const end = lines.findLastIndex((line) => /^(import .*|\} )from '/.test(line))
  return lines.slice(end + 1).filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
}

it.each(names)('says what %s has to say in 20 lines', (name) => {
  const source = readFileSync(new URL(name, folder), 'utf8')
  expect(linesOf(source).length).toBeLessThanOrEqual(20)
  // Helpers that only one example uses would count.
  expect([...source.matchAll(/from '(\.[^']*)'/g)]).toEqual([])
})
