// An absent-minded user: every verb in the wrong folder, with nonsense, with broken files. It ends with a code that says whose fault it is, names what to do, and
// leaves nothing half written. Verbs that come later are tried too: the list is that of the command line itself.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDeployments } from '@hanse/deploy'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { AnyCommand } from '../../cli/src/command.ts'
import { commandsOf, groups } from '../../cli/src/groups.ts'
import { committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import { account } from '../deploy/bare.ts'
import { hanseIn } from './hanse.ts'

type Verb = { readonly words: readonly string[]; readonly command: AnyCommand }

const verbs: readonly Verb[] = (
  await Promise.all(
    groups.map(async (group) =>
      (await commandsOf(group)).map(([verb, command]) => ({ words: verb === undefined ? [group.name] : [group.name, verb], command })),
    ),
  )
).flat()
const named = verbs.map((verb) => [verb.words.join(' '), verb] as const)

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hanse-careless-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Paths and contents below the folder. */
const everything = () =>
  readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((file) => [file, statSync(join(cwd, file)).isFile() ? readFileSync(join(cwd, file), 'utf8') : ''])

const isId = (name: string) => /^[<[](task|agent|message|id|space|charter)[>\]]$/.test(name)
/** What the user means by each argument that is needed, right in form. */
const argumentsOf = ({ arguments: positional = [] }: AnyCommand) =>
  positional.filter(({ name }) => name.startsWith('<')).map(({ name }) => (isId(name) ? `0x${'ab'.repeat(32)}` : 'word'))
const valued = ({ options = [] }: AnyCommand) => options.map(({ flags }) => flags).filter((flags) => flags.includes('<'))

/** What does its work anywhere, and so is no mistake in an empty folder. */
const worksAnywhere = ['init', 'devnet up', 'devnet run', 'devnet down', 'completion', 'drill']

/** Runs it: it must fail as a mistake of the user does, say what to do, and leave the folder as it was. */
async function fails(words: readonly string[], codes: readonly number[], env: NodeJS.ProcessEnv = {}) {
  const before = everything()
  const ran = await hanseIn(cwd, env)(...words)
  expect({ words, ...ran }).toMatchObject({ stdout: '', stderr: expect.not.stringContaining('should not have happened') })
  expect(codes, `${words.join(' ')}\n${ran.stderr}`).toContain(ran.code)
  expect(ran.stderr.trim().split('\n').length, ran.stderr).toBeGreaterThan(1)
  expect(everything()).toEqual(before)
  return ran
}

describe('an absent-minded user', () => {
  it.each(named.filter(([name]) => !worksAnywhere.includes(name)))('says %s where nothing is', async (_, { words, command }) => {
    const { stderr } = await fails([...words, ...argumentsOf(command)], [2, 4])
    expect(stderr).toMatch(/hanse |--\w|Set |Give |Correct |Start |export /)
  })

  it.each(named)('says %s with nonsense for every value', async (_, { words, command }) => {
    for (const flags of valued(command)) {
      const [flag = ''] = flags.split(' ')
      // Texts, names and files may be anything; then the folder is what is wrong.
      if (worksAnywhere.includes(words.join(' ')) && /rules|chain|watcher/.test(flag)) continue
      await fails([...words, ...argumentsOf(command), `${flag}=???`], [2, 4])
    }
    for (const [index, { name }] of (command.arguments ?? []).entries()) {
      if (words[0] === 'init' || words[0] === 'keystore') continue
      const given = [...argumentsOf(command).slice(0, index), ...Array.from({ length: index }, () => 'word')].slice(0, index)
      given.push('???', ...argumentsOf(command).slice(index + 1))
      const { stderr } = await fails([...words, ...given], [2, 4])
      if (isId(name)) expect(stderr).toContain('is no id')
    }
  })

  it.each(named.filter(([, { command }]) => command.arguments?.some(({ name }) => name.startsWith('<'))))(
    'forgets what %s needs',
    async (_, { words }) => {
      expect((await fails(words, [2])).stderr).toMatch(/missing required argument/)
    },
  )

  it.each(named)('invents a flag for %s', async (_, { words, command }) => {
    expect((await fails([...words, ...argumentsOf(command), '--frobnicate'], [2])).stderr).toMatch(/unknown option '--frobnicate'/)
  })
})

const members = [3, 4, 5].map((index) => account(index).address)
const suite = {
  deployer: account(0).address,
  governors: [account(1).address],
  guardians: [account(2).address],
  watchers: { members, quorum: 2 },
  chains: [1, 2].map((index) => ({ name: `chain-${index}`, chainId: index, finality: { kind: 'depth', depth: 1 } })),
}
const readers = named.filter(([, { command }]) => command.options?.some(({ flags }) => flags.startsWith('--network')))
const deployers = named.filter(([, { command }]) => command.options?.some(({ flags }) => flags.startsWith('--suite')))
const urls = { CHAIN_1_RPC_URL: 'http://127.0.0.1:9', CHAIN_2_RPC_URL: 'http://127.0.0.1:9' }

describe('an absent-minded user with a project', () => {
  it.each([...readers, ...deployers])('says %s over a suite file that is no JSON', async (_, { words, command }) => {
    writeFileSync(join(cwd, 'hanse.json'), '{ "chains": [')
    expect((await fails([...words, ...argumentsOf(command)], [2], { ...urls, DEPLOYER_KEY: `0x${'11'.repeat(32)}` })).stderr).toMatch(
      /hanse\.json|cannot be read|cannot use what it was given|is needed|missing|is not set/,
    )
  })

  it.each(['1', 'null', '[]', '{}', '"x"', '{ "chains": 7 }'])('has %s for a suite file', async (text) => {
    writeFileSync(join(cwd, 'hanse.json'), text)
    for (const words of [['chains'], ['doctor'], ['deploy', 'plan'], ['task', 'list']])
      expect((await fails(words, [2], urls)).stderr).toContain('hanse.json')
  })

  it.each(['{', 'null', '{}', '{ "chainId": 1 }', '{ "chainId": "1" }'])('has %s for an address file', async (text) => {
    writeFileSync(join(cwd, 'hanse.json'), JSON.stringify(suite))
    mkdirSync(join(cwd, 'deployments'))
    writeFileSync(join(cwd, 'deployments', '1.json'), text)
    for (const words of [['chains'], ['task', 'open', 'bounty', '--text', 'x']]) {
      const { stderr } = await fails(words, [2], urls)
      expect(stderr).toMatch(/deployments.1\.json[\s\S]+hanse deploy apply/)
    }
  })

  it('forgets the urls and the key', async () => {
    writeFileSync(join(cwd, 'hanse.json'), JSON.stringify(suite))
    expect((await fails(['chains'], [4])).stderr).toMatch(/CHAIN_1_RPC_URL/)
    expect((await fails(['deploy', 'apply', '--yes'], [4], urls)).stderr).toMatch(/DEPLOYER_KEY/)
    expect((await fails(['deploy', 'apply', '--yes'], [4], { ...urls, DEPLOYER_KEY: 'secret-but-no-key' })).stderr).not.toContain(
      'secret-but-no-key',
    )
  })

  it('mixes up the urls of two chains, which have the same addresses', async () => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      const { id } = JSON.parse(Buffer.concat(chunks).toString())
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: '0x2' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const bound = server.address()
    const url = typeof bound === 'string' || bound === null ? '' : `http://127.0.0.1:${bound.port}`
    const config = { ...suite, chains: [1, 2].map((chainId) => ({ chainId, finality: { kind: 'depth', depth: 1 } as const })) }
    const { addresses } = planSuite({ config, creationCodes: committedCreationCodes() })
    writeFileSync(join(cwd, 'hanse.json'), JSON.stringify(suite))
    writeDeployments({
      directory: join(cwd, 'deployments'),
      deployments: [1, 2].map((chainId) => ({ ...addresses, chainId, startBlock: 0n })),
    })

    for (const words of [['task', 'list'], ['chains'], ['task', 'open', 'bounty', '--text', 'x', '--chain', 'chain-1', '--yes']]) {
      const { stderr } = await fails(words, [2], { CHAIN_1_RPC_URL: url, CHAIN_2_RPC_URL: url, HANSE_KEY: `0x${'11'.repeat(32)}` })
      expect(stderr).toMatch(/chain 1 answers for chain 2[\s\S]+hanse doctor/)
      expect(stderr).not.toContain(url)
    }
  })
})

describe('an absent-minded user in a folder that takes nothing', () => {
  it('has a file where the folder should be', async () => {
    writeFileSync(join(cwd, '.hanse'), '')
    writeFileSync(join(cwd, 'app'), '')
    await fails(['devnet', 'up'], [4])
    await fails(['devnet', 'status'], [4])
    for (const template of ['agent', 'dapp', 'contracts']) await fails(['init', template, 'app'], [2, 4])
  })

  it('has a file where a folder of the template goes, and gets nothing by halves', async () => {
    writeFileSync(join(cwd, 'contracts'), '')
    expect((await fails(['init', 'contracts'], [2])).stderr).toMatch(/takes no files[\s\S]+Nothing was written/)
  })

  it('has a key file there already, or names one where none can be', async () => {
    const env = { DEPLOYER_KEYSTORE_PASSWORD: 'a password' }
    writeFileSync(join(cwd, 'key.json'), 'mine')
    for (const file of ['key.json', '.', 'key.json/'])
      expect((await fails(['keystore', file], [2], env)).stderr).toMatch(/cannot be written[\s\S]+Nothing was written/)
  })
})
