import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { scaffold, type TemplateName, templates } from '../scaffold.ts'
import { packageVersions } from '../versions.ts'

const names = Object.keys(templates).join(', ')
const isTemplate = (word: string): word is TemplateName => word in templates

/** Starts a project. */
export const command = defineCommand({
  name: 'init',
  summary: 'Start a project from a template: an agent, a dApp or contracts',
  details: Object.entries(templates)
    .map(([name, what]) => `  ${name.padEnd(10)} ${what}`)
    .join('\n'),
  arguments: [
    { name: '[template]', summary: names },
    { name: '[folder]', summary: 'where; default here' },
  ],
  input: z.object({
    template: z.string().default('agent').refine(isTemplate, `is none of ${names}`),
    folder: z.string().default('.'),
  }),
  result: z.object({ template: z.string(), folder: z.string(), files: z.array(z.string()) }),
  run: async ({ template, folder }, { cwd }) => {
    const directory = resolve(cwd, folder)
    const files = scaffold({ template, directory, versions: packageVersions() })
    return { template, folder: relative(cwd, directory) || '.', files: [...files] }
  },
  render: ({ template, folder, files }) =>
    [
      `Wrote ${files.join(', ')}${folder === '.' ? '' : ` into ${folder}`}.`,
      `Next: ${folder === '.' ? '' : `cd ${folder} && `}npm install && npm run dev${template === 'agent' ? '   # or, where the packages are installed: hanse devnet up && node first-task.mjs' : ''}`,
    ].join('\n'),
})
