import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeReport, reportOf } from '../../scripts/demo/report.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('reportOf', () => {
  it('counts words, sentences and frequencies', () => {
    const report = reportOf(bytes("The cat sat. The cat's hat! Ein Käse, zwei KÄSE?"))
    expect(report).toMatchObject({ words: 10, distinctWords: 8, sentences: 3 })
    expect(report.topWords.slice(0, 3)).toEqual([
      { word: 'käse', count: 2 },
      { word: 'the', count: 2 },
      { word: 'cat', count: 1 },
    ])
  })

  it('takes an empty text', () => {
    expect(reportOf(new Uint8Array())).toEqual({ bytes: 0, words: 0, distinctWords: 0, sentences: 0, readingEase: null, topWords: [] })
  })

  it('takes any bytes, and says the same of the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        const report = reportOf(body)
        expect(report.bytes).toBe(body.length)
        expect(report.distinctWords).toBeLessThanOrEqual(report.words)
        expect(encodeReport(reportOf(body.slice()))).toEqual(encodeReport(report))
      }),
      { seed: 1161, numRuns: 500 },
    )
  })
})
