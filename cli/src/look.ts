import { z } from 'zod'
import { type AnyCommand, type CommandSpec, type Context, defineCommand } from './command.ts'
import { type Network, networkInput, networkOptions, openNetwork } from './network.ts'

/** What a command that only reads is made of. */
export type LookSpec<Shape extends z.ZodRawShape, Result extends z.ZodType> = Omit<
  CommandSpec<z.ZodObject<Shape>, Result>,
  'input' | 'run'
> & {
  readonly input: Shape
  readonly look: (input: z.output<z.ZodObject<Shape>>, network: Network, context: Context) => Promise<z.input<Result>>
}

/** Defines a command that reads chains and sends nothing. */
export function defineLook<Shape extends z.ZodRawShape, Result extends z.ZodType>(spec: LookSpec<Shape, Result>): AnyCommand {
  const { look, input, options = [], ...rest } = spec
  return defineCommand({
    ...rest,
    options: [...options, ...networkOptions],
    input: z.object(networkInput).and(z.object(input)),
    run: async (given, context) => {
      const { cwd, env } = context
      const network = await openNetwork({ command: spec.name, cwd, env, network: given.network })
      return await look(given, network, context)
    },
  })
}

/** How fresh what was read is, as every look prints it. */
export const freshnessSchema = z.object({
  chainId: z.int(),
  blockNumber: z.string(),
  isFinal: z.boolean(),
  lagSeconds: z.int(),
})

type Freshness = { readonly chainId: number; readonly blockNumber: bigint; readonly isFinal: boolean; readonly lagSeconds: number }

/** The part of a read's freshness that is printed. */
export function freshnessOf({ chainId, blockNumber, isFinal, lagSeconds }: Freshness): z.input<typeof freshnessSchema> {
  return { chainId, blockNumber: String(blockNumber), isFinal, lagSeconds }
}
