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
      serve: false,
      port: undefined,
    })
  })

  it('takes a port for the page', () => {
    expect(parseArguments(['--serve', '--port', '8080'])).toMatchObject({ serve: true, port: 8080 })
    for (const port of ['x', '70000', '-1', '']) expect(() => parseArguments(['--serve', `--port=${port}`])).toThrow(DemoError)
  })

  it.each([[['--kil']], [['--kill', 'everybody']], [['a', 'b']], [['--kill']]])('refuses %j', (argv) => {
    expect(() => parseArguments(argv)).toThrow(DemoError)
  })
})
