import { ConfirmationMissingError } from './errors.ts'

/**
 * Asks on the terminal, unless `yes` answers in advance.
 *
 * @throws ConfirmationMissingError where nobody could answer, naming the flag.
 */
export async function confirm(question: string, { yes, flag }: { yes: boolean; flag: string }): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new ConfirmationMissingError({ question, flag })
  const prompts = await import('@clack/prompts')
  const answer = await prompts.confirm({ message: question, initialValue: false, output: process.stderr })
  return answer === true
}
