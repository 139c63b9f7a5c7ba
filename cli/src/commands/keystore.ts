import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '@hanse/sdk/errors'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { FileUnusableError } from '../errors.ts'
import { writeNew } from '../files.ts'

/** Puts a key into an encrypted file. */
export const command = defineCommand({
  name: 'keystore',
  summary: 'Encrypt the key in DEPLOYER_KEY, or a new one, into a file',
  details: `The password comes from DEPLOYER_KEYSTORE_PASSWORD. The file has the form that wallets read (Web3 Secret Storage, version 3).
Afterwards set DEPLOYER_KEYSTORE to the file, and no DEPLOYER_KEY.`,
  arguments: [{ name: '<file>', summary: 'written; must not exist' }],
  input: z.object({ file: z.string() }),
  result: z.object({ file: z.string(), address: z.string(), isNew: z.boolean() }),
  run: async ({ file }, { cwd, env, progress }) => {
    const { decryptKeystore, deployerAccount, encryptKeystore, keyVariables, VariablesMissingError } = await import('@hanse/deploy')
    const { generatePrivateKey } = await import('viem/accounts')
    const password = env[keyVariables.password]
    if (!password) throw new VariablesMissingError({ missing: [keyVariables.password], what: 'the password of the file' })
    const given = env[keyVariables.key]?.trim()
    // Checks the key, if one is given, before anything is written.
    if (given) deployerAccount({ [keyVariables.key]: given })
    const next = 'Nothing was written. Name a file that is not there: hanse keystore <file>'
    // Encrypting takes seconds on purpose: what cannot work is said before.
    if (existsSync(resolve(cwd, file))) throw new FileUnusableError({ file, fact: 'is there already, so it cannot be written', next })
    progress.step('Encrypting')
    const key = given ? (`0x${given.replace(/^0x/, '')}` as const) : generatePrivateKey()
    const json = encryptKeystore({ key, password })
    const { address } = deployerAccount({ [keyVariables.key]: decryptKeystore({ json, password }) })
    try {
      writeNew([{ path: resolve(cwd, file), content: json, mode: 0o600 }])
    } catch (cause) {
      const fact = `cannot be written: ${messageOf(cause)}`
      throw new FileUnusableError({ file, fact, next, cause })
    }
    return { file, address, isNew: !given }
  },
  render: ({ file, address, isNew }) =>
    `${isNew ? 'A new key' : 'The key'} for ${address} is in ${file}.\nNext: export DEPLOYER_KEYSTORE=${file}`,
})
