import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { OptionInvalidError } from '../errors.ts'

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
    progress.step('Encrypting')
    const key = given ? (`0x${given.replace(/^0x/, '')}` as const) : generatePrivateKey()
    const json = encryptKeystore({ key, password })
    const { address } = deployerAccount({ [keyVariables.key]: decryptKeystore({ json, password }) })
    try {
      writeFileSync(resolve(cwd, file), json, { mode: 0o600, flag: 'wx' })
    } catch (cause) {
      throw new OptionInvalidError({ command: 'keystore', problems: [{ option: 'file', problem: `cannot be written: ${cause}` }] })
    }
    return { file, address, isNew: !given }
  },
  render: ({ file, address, isNew }) =>
    `${isNew ? 'A new key' : 'The key'} for ${address} is in ${file}.\nNext: export DEPLOYER_KEYSTORE=${file}`,
})
