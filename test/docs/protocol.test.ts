import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const vectors = (name: string) => JSON.parse(read(`test/vectors/${name}.json`))

describe('docs/protocol.md', () => {
  const text = read('docs/protocol.md')
  const [lane] = vectors('lane').cases
  const [leaf] = vectors('leaf').cases
  const attestation = vectors('attestation')

  it.each([
    ['lane key', lane.key],
    ['leaf', leaf.leaf],
    ['sender', leaf.message.sender],
    ['recipient', leaf.message.recipient],
    ['header', leaf.header.senderAndLimits],
    ['header', leaf.header.recipient],
    ['domain separator', attestation.domainSeparator],
    ['type of heads', attestation.headType],
    ['type of rotations', attestation.rotationType],
  ])('quotes the %s of the vectors', (_, value) => {
    expect(text).toContain(value)
  })
})
