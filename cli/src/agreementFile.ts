import { renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { agreement } from '@hanse/sdk'
import type { Address } from 'viem'
import { z } from 'zod'
import { readBytes } from './content.ts'
import { FileUnusableError } from './errors.ts'
import { address, hex, id, toJson } from './values.ts'

const whole = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform((value) => BigInt(value))
const call = z.strictObject({ target: address, value: whole.default(0n), data: hex })

/** Calls that a plan makes. */
export const callsSchema = z.array(call)

const schema = z.strictObject({
  format: z.literal('hanse-agreement-1'),
  /** Where it is agreed on. */
  chainId: z.int().positive(),
  note: z.string(),
  participants: z.array(address).min(1),
  plan: z.strictObject({
    charter: id,
    epoch: z.int(),
    threshold: z.int(),
    calls: callsSchema,
    legs: z.array(z.strictObject({ chainId: whole, gasLimit: z.int(), deadline: z.int(), calls: callsSchema })),
  }),
  /** Absolute seconds. */
  expiry: z.int(),
  nonce: whole,
  acceptances: z.array(z.strictObject({ participant: address, signature: hex })),
})

/** A plan and who has signed it, as a file that goes from member to member. */
export type AgreementFile = z.output<typeof schema>

type NewAgreement = Pick<AgreementFile, 'chainId' | 'note' | 'expiry'> & {
  readonly participants: readonly Address[]
  readonly plan: Omit<agreement.Plan, 'legs'>
}

/** One that nobody has signed yet. */
export function newAgreement({ participants, plan, ...rest }: NewAgreement): AgreementFile {
  const { charter, epoch, threshold, calls } = plan
  const copied = { charter, epoch, threshold, calls: calls.map((one) => ({ ...one })), legs: [] }
  return { format: 'hanse-agreement-1', ...rest, participants: [...participants], plan: copied, nonce: 1n, acceptances: [] }
}

/**
 * Reads one.
 *
 * @throws FileUnusableError naming the field that is wrong.
 */
export async function readAgreement(file: string, cwd: string): Promise<AgreementFile> {
  const parsed = await schema.safeParseAsync(parse(file, cwd))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new FileUnusableError({
    file,
    fact: `is no agreement: ${issue?.path.join('.')}: ${issue?.message}`,
    next: 'Make one: hanse charter adopt, hanse agreement create',
  })
}

/**
 * Reads JSON that a user names.
 *
 * @throws FileUnusableError when it is none.
 */
export function parse(file: string, cwd: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(readBytes(resolve(cwd, file))))
  } catch (cause) {
    if (cause instanceof FileUnusableError) throw cause
    throw new FileUnusableError({ file, fact: 'is not JSON', next: 'Correct it.', cause })
  }
}

/** Writes one, whole or not at all. */
export function writeAgreement(file: string, cwd: string, content: AgreementFile): void {
  const path = resolve(cwd, file)
  writeFileSync(`${path}.new`, `${JSON.stringify(toJson(content), undefined, 2)}\n`)
  renameSync(`${path}.new`, path)
}

/** What its members sign: the same for everybody who has the file. */
export async function proposalOf({ participants, plan, expiry, nonce, note }: AgreementFile): Promise<agreement.Proposal> {
  const { agreement } = await import('@hanse/sdk')
  return agreement.createIntent({ participants, plan, expiry, nonce, note })
}
