/** What the exit code of `hanse` says. The same for every command, and stable. */
export const exitCodes = {
  /** It did what was asked. */
  done: 0,
  /** It failed; the error says why. */
  failed: 1,
  /** A flag, an argument, a file or a value in it is wrong. Nothing was done. */
  usage: 2,
  /** A check ran to its end and found differences or faults. */
  found: 3,
  /** Something that it needs is missing or cannot be reached: a key, a url, a program. */
  missing: 4,
  /** Somebody interrupted it. */
  interrupted: 130,
} as const

/** An error's `code` is the name of its class: a table by name needs none of the packages that throw. What is not listed has failed. */
const codesByError: Record<string, number> = {
  OptionInvalidError: exitCodes.usage,
  ConfirmationMissingError: exitCodes.usage,
  SuiteFileInvalidError: exitCodes.usage,
  SuiteInvalidError: exitCodes.usage,
  RecordInvalidError: exitCodes.usage,
  ChainMismatchError: exitCodes.usage,
  RulesFileInvalidError: exitCodes.usage,
  WorldInvalidError: exitCodes.usage,
  ChainUnknownError: exitCodes.usage,
  FileUnusableError: exitCodes.usage,
  TermsInvalidError: exitCodes.usage,
  DocumentInvalidError: exitCodes.usage,
  ClientConfigError: exitCodes.usage,
  ConfigInvalidError: exitCodes.usage,
  NetworkAbsentError: exitCodes.missing,
  IdUnknownError: exitCodes.missing,
  DevnetAbsentError: exitCodes.missing,
  DirectoryUnusableError: exitCodes.missing,
  AnvilMissingError: exitCodes.missing,
  ChainUnreachableError: exitCodes.missing,
  FundsMissingError: exitCodes.missing,
  KeyInvalidError: exitCodes.missing,
  KeyMissingError: exitCodes.missing,
  TracingMissingError: exitCodes.missing,
  VariablesMissingError: exitCodes.missing,
  InterruptedError: exitCodes.interrupted,
}

/** The exit code for an error's class. */
export const exitCodeOf = (code: string): number => codesByError[code] ?? exitCodes.failed
