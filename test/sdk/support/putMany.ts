// Puts the same twenty bodies as its siblings, at the same time, and reads each back: `node putMany.ts <directory>`.
import { directoryStore } from '../../../sdk/src/node/directoryStore.ts'

const store = directoryStore({ path: process.argv[2] ?? '' })
for (let index = 0; index < 20; index++) {
  const hash = await store.put(new Uint8Array(50_000).fill(index))
  await store.get(hash)
}
