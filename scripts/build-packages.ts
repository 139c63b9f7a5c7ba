// `npm run build:packages`: what is published, in dist/ (or --out <folder>). JavaScript and declarations by tsc, one folder and one tarball for each
// package.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { onOneLine, withJavaScriptNames } from './packages/declarations.ts'
import { manifestOf, type PublishedPackage, packages, readManifest } from './packages/manifests.ts'
import { runTool } from './packages/runTool.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } })
const out = resolve(values.out)
const tree = join(out, 'tree')

/** Declarations and JavaScript of one package, where its sources were. */
function copyBuilt({ folder }: PublishedPackage, target: string): void {
  const built = join(tree, folder, 'src')
  if (!existsSync(built)) return
  cpSync(built, join(target, 'dist'), { recursive: true })
  for (const file of readdirSync(join(target, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(target, 'dist', file)
    const text = withJavaScriptNames(readFileSync(path, 'utf8'))
    writeFileSync(path, file.startsWith('abis') ? onOneLine(text) : text)
  }
}

/** Creation code, without the interfaces that `@hanse/contracts` and the SDK hold. */
function copyBuilds(from: string, target: string): void {
  mkdirSync(target)
  for (const file of readdirSync(from)) {
    const { abi: _, ...build } = JSON.parse(readFileSync(join(from, file), 'utf8'))
    writeFileSync(join(target, file), `${JSON.stringify(build)}\n`)
  }
}

/** The interfaces of the contracts, as other tools read them. */
function copyAbis(target: string): void {
  const build = join(root, 'deploy', 'build')
  mkdirSync(join(target, 'abi'))
  for (const file of readdirSync(build)) {
    const { contractName, abi }: { contractName: string; abi: unknown } = JSON.parse(readFileSync(join(build, file), 'utf8'))
    writeFileSync(join(target, 'abi', `${contractName}.json`), `${JSON.stringify(abi, undefined, 2)}\n`)
  }
}

function assemble(item: PublishedPackage): string {
  const target = join(out, 'packages', item.name.replace('@hanse/', ''))
  mkdirSync(target, { recursive: true })
  copyBuilt(item, target)
  for (const part of item.parts) {
    const [from, to] = [join(root, item.folder, part), join(target, part === '.' ? '' : part)]
    if (part === 'build' && item.name === '@hanse/deploy') copyBuilds(from, to)
    else cpSync(from, to, { recursive: true })
  }
  if (existsSync(join(root, item.folder, 'CHANGELOG.md'))) cpSync(join(root, item.folder, 'CHANGELOG.md'), join(target, 'CHANGELOG.md'))
  if (item.name === '@hanse/contracts') copyAbis(target)
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  writeFileSync(join(target, 'README.md'), `# ${item.name}\n\n${item.description}\n\n${item.use}\n`)
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifestOf(item, readManifest(root, item)), undefined, 2)}\n`)
  return target
}

for (const part of ['tree', 'packages', 'tarballs']) rmSync(join(out, part), { recursive: true, force: true })
await runTool('tsc', ['-p', join(root, 'scripts', 'packages', 'tsconfig.json'), '--outDir', tree], root)
const tarballs = join(out, 'tarballs')
mkdirSync(tarballs, { recursive: true })
const folders = packages.map(assemble)
await runTool('npm', ['pack', ...folders, '--silent', '--ignore-scripts', '--pack-destination', tarballs], root)
rmSync(tree, { recursive: true })
console.log(
  readdirSync(tarballs)
    .map((file) => `dist/tarballs/${file}`)
    .join('\n'),
)
