import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../scripts/demo/arguments.ts'
import { DemoError } from '../../scripts/demo/errors.ts'

describe('parseArguments', () => {
  it('kills a watcher and a worker unless told otherwise', () => {
    expect(parseArguments([])).toMatchObject({ victims: ['watcher', 'worker'], liar: false, json: false })
    expect(parseArguments(['--kill', 'none'])).toMatchObject({ victims: [] })
    expect(parseArguments(['some/dir', '--kill', 'worker', '--liar', '--json'])).toEqual({
      path: 'some/dir',
      victims: ['worker'],
      liar: true,
      json: true,
    })
  })

  it.each([[['--kil']], [['--kill', 'everybody']], [['a', 'b']], [['--kill']]])('refuses %j', (argv) => {
    expect(() => parseArguments(argv)).toThrow(DemoError)
  })
})
