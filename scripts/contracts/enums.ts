import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A Solidity enum and its values, in order. */
export type SolidityEnum = { name: string; values: string[] }

/** Reads every enum declared under a folder of Solidity sources, sorted by name. */
export async function readEnums(folder: string): Promise<SolidityEnum[]> {
  const entries = await readdir(folder, { recursive: true })
  const sources = await Promise.all(entries.filter((entry) => entry.endsWith('.sol')).map((entry) => readFile(join(folder, entry), 'utf8')))
  return sources.flatMap(enumsOf).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The enums that one Solidity source declares. */
export function enumsOf(source: string): SolidityEnum[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
  return [...code.matchAll(/\benum\s+(\w+)\s*\{([^}]*)\}/g)].map(([, name = '', body = '']) => ({
    name,
    values: body
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  }))
}
