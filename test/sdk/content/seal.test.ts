import { describe, expect, it } from 'vitest'
import { content } from '../../../sdk/src/index.ts'

const body = new TextEncoder().encode('for members only')

describe('seal', () => {
  it('is opened by each of its readers and by nobody else', async () => {
    const [ada, bo, cy] = await Promise.all([1, 2, 3].map(() => content.createReaderKeys()))
    if (!ada || !bo || !cy) throw new RangeError('three readers')
    const sealed = await content.seal({ body, readers: [ada.publicKey, bo.publicKey] })
    for (const keys of [ada, bo]) expect(await content.unseal({ sealed, keys })).toEqual(body)
    await expect(content.unseal({ sealed, keys: cy })).rejects.toMatchObject({ name: 'ContentSealedError' })
    await expect(content.unseal({ sealed, keys: { ...ada, publicKey: bo.publicKey } })).rejects.toMatchObject({
      name: 'ContentSealedError',
    })
    expect(Buffer.from(sealed).includes(Buffer.from(body))).toBe(false)
    // The same body for the same readers is another one each time: its hash tells nothing.
    expect(content.contentHash(await content.seal({ body, readers: [ada.publicKey] }))).not.toBe(
      content.contentHash(await content.seal({ body, readers: [ada.publicKey] })),
    )
  })

  it('is refused when any byte of it was changed or is missing', async () => {
    const keys = await content.createReaderKeys()
    const other = await content.createReaderKeys()
    const sealed = await content.seal({ body, readers: [other.publicKey, keys.publicKey] })
    for (let i = 0; i < sealed.length; i++) {
      const bent = sealed.slice()
      bent[i] = (bent[i] ?? 0) ^ 1
      await expect(content.unseal({ sealed: bent, keys }), `byte ${i}`).rejects.toMatchObject({ name: 'ContentSealedError' })
    }
    for (const length of [0, 1, 67, 68, 100, sealed.length - 1])
      await expect(content.unseal({ sealed: sealed.slice(0, length), keys })).rejects.toMatchObject({ name: 'ContentSealedError' })
  })

  it('takes no readers that are none', async () => {
    await expect(content.seal({ body, readers: [] })).rejects.toMatchObject({ name: 'ContentSealedError' })
    await expect(content.seal({ body, readers: [`0x04${'00'.repeat(64)}`] })).rejects.toMatchObject({ name: 'ContentSealedError' })
  })
})
