import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const probe = fileURLToPath(new URL('fixtures/probe.ts', import.meta.url))

const run = (...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [probe, ...words], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }))
  })

describe('the command line', () => {
  it('prints the result alone on stdout, and progress on stderr', async () => {
    expect(await run('probe', 'sum', '1', '2')).toEqual({ code: 0, stdout: 'The sum is 3.\n', stderr: 'Adding\n' })
  })

  it('prints one JSON document with --json, for a success and for a failure', async () => {
    const success = await run('probe', 'sum', '1', '2', '--json')
    const failure = await run('probe', 'sum', '1', '--fail', 'typed', '--json')

    expect(JSON.parse(success.stdout)).toEqual({ sum: 3 })
    expect(failure.code).toBe(2)
    expect(JSON.parse(failure.stdout)).toEqual({
      error: { code: 'SuiteInvalidError', message: 'The suite is wrong.', details: ['Mend it.'], retryable: false },
    })
  })

  it('ends with the code of what a check found', async () => {
    expect(await run('probe', 'sum', '--', '-1')).toMatchObject({ code: 3, stdout: 'The sum is -1.\n' })
  })

  it('says what is wrong with a value, under the name of its flag', async () => {
    const { code, stdout, stderr } = await run('probe', 'sum', '1', 'two', '--fail', 'odd')

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('<numbers...> 1: is not a number')
    expect(stderr).toContain('--fail: ')
    expect(stderr).toContain('hanse probe sum --help')
  })

  it.each([
    ['an unknown command', ['prob']],
    ['an unknown flag', ['probe', 'sum', '1', '--loud']],
    ['a missing argument', ['probe', 'sum']],
  ])('refuses %s as wrong usage', async (_, words) => {
    const { code, stdout, stderr } = await run(...words)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: /)
  })

  it('never asks where nobody can answer: it names the flag', async () => {
    const { code, stderr } = await run('probe', 'sum', '1', '--ask')

    expect(code).toBe(2)
    expect(stderr).toContain('--yes')
    expect(await run('probe', 'sum', '1', '--ask', '--yes')).toMatchObject({ code: 0 })
  })

  it('shows a defect whole', async () => {
    const { code, stderr } = await run('probe', 'sum', '1', '--fail', 'untyped')

    expect(code).toBe(1)
    expect(stderr).toMatch(/RangeError: a defect\n.+command\.ts/s)
  })

  it('reads no command for its list of commands, and all of a group for its help', async () => {
    const all = await run('--help')
    const one = await run('probe', 'sum', '--help')

    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).toContain('Never read unless named')
    expect(one).toMatchObject({ code: 0 })
    expect(one.stdout).toContain('Example: hanse probe sum 1 2')
  })
})
