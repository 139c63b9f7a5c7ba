import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { plants } from '../plants/all.ts'
import { editedBy } from '../plants/plant.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it.each(plants.map((plant) => [plant.bug, plant] as const))('finds where to plant: %s', (_, plant) => {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  for (const [file, source] of editedBy(plant, read)) expect(source).not.toBe(read(file))
})
