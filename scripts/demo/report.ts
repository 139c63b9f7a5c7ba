/** The real work of the demo: what a text says about itself. Pure, so an evaluator can compute it again and compare to the byte. */
export type Report = {
  bytes: number
  words: number
  distinctWords: number
  sentences: number
  /** Flesch reading ease: 0 is hard, 100 is easy. Null for a text without words. */
  readingEase: number | null
  /** The most frequent words, at most 20, ties in code point order. */
  topWords: readonly { word: string; count: number }[]
}

const wordPattern = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu
const sentenceEnd = /[.!?…]+(?=\s|$)/gu
const vowelGroup = /[aeiouyáàâäéèêëíìîïóòôöúùûü]+/gu

/** Counts words and sentences of UTF-8 text; bytes that are not UTF-8 count as one replacement character each. */
export function reportOf(body: Uint8Array): Report {
  const text = new TextDecoder().decode(body)
  const counts = new Map<string, number>()
  let words = 0
  let syllables = 0
  for (const [match] of text.matchAll(wordPattern)) {
    const word = match.toLowerCase()
    counts.set(word, (counts.get(word) ?? 0) + 1)
    words += 1
    syllables += Math.max(1, word.match(vowelGroup)?.length ?? 0)
  }
  const sentences = words === 0 ? 0 : Math.max(1, text.match(sentenceEnd)?.length ?? 0)
  return {
    bytes: body.length,
    words,
    distinctWords: counts.size,
    sentences,
    readingEase: words === 0 ? null : round(206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words)),
    topWords: [...counts]
      .map(([word, count]) => ({ word, count }))
      .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
      .slice(0, 20),
  }
}

/** The report as the bytes whose hash is submitted. */
export function encodeReport(report: Report): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`)
}

const round = (value: number) => Math.round(value * 100) / 100
