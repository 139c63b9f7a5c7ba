import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { RulesFileInvalidError } from './errors.ts'
import type { WorldRules } from './rules.ts'

const finality = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('depth'), depth: z.int().min(0) }),
  z.strictObject({ kind: z.literal('safe') }),
  z.strictObject({ kind: z.literal('finalized') }),
])

const schema = z.strictObject({
  chains: z.array(
    z.strictObject({
      chainId: z.int().positive(),
      blockTime: z.number().exactOptional(),
      finality: finality.exactOptional(),
      slotsInEpoch: z.int().positive().exactOptional(),
      gasLimit: z.int().exactOptional(),
    }),
  ),
  watchers: z.int().exactOptional(),
  quorum: z.int().exactOptional(),
  users: z.int().exactOptional(),
})

/** JSON Schema of a rules file, for editors. */
export const rulesFileSchema = (): unknown => z.toJSONSchema(schema)

/**
 * Reads the rules of a world from a JSON file.
 *
 * @throws RulesFileInvalidError naming each field that is wrong.
 */
export function readRulesFile(file: string): WorldRules {
  try {
    const { success, data, error } = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (success) return data
    throw new RulesFileInvalidError({
      file,
      problems: error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`),
    })
  } catch (cause) {
    if (cause instanceof RulesFileInvalidError) throw cause
    throw new RulesFileInvalidError({ file, problems: [cause instanceof Error ? cause.message : String(cause)], cause })
  }
}
