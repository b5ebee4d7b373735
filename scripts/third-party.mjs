// Writes THIRD-PARTY-NOTICES.txt: the licences of the packages whose code is bundled into dist/ (see build.mjs), taken from node_modules.
//
//     node scripts/third-party.mjs [--check]
//
// --check writes nothing and ends with exit code 1 when the file is out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')

const { metafile } = await build({
  entryPoints: [join(root, 'src/cli/main.ts'), join(root, 'src/index.ts')],
  absWorkingDir: root,
  outdir: 'unused',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@duckdb/node-api', 'pg', 'pg-native', 'pg-copy-streams', 'tar', 'undici', 'daff'],
  metafile: true,
  write: false,
  logLevel: 'error',
})

// The documentation's page, which is bundled for the browser.
const page = await build({
  entryPoints: [join(root, 'src/docs-site/main.tsx')],
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfigRaw: {},
  metafile: true,
  write: false,
  logLevel: 'error',
})

const folders = new Set()
for (const input of [...Object.keys(metafile.inputs), ...Object.keys(page.metafile.inputs)]) {
  if (!input.includes('node_modules/')) continue
  let folder = dirname(input)
  while (!(existsSync(join(root, folder, 'package.json')) && packageOf(folder).version !== undefined))
    folder = dirname(folder)
  folders.add(folder)
}

function packageOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}

const parts = [...folders].sort().map((folder) => {
  const { name, license, version } = packageOf(folder)
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} ${version} has no licence file`)
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`
})
const text = `quern's dist/ holds code of the packages below. Each is under its own licence.\n\n${parts.join('\n')}`

const path = join(root, 'THIRD-PARTY-NOTICES.txt')
if (process.argv.includes('--check')) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error('THIRD-PARTY-NOTICES.txt is out of date: node scripts/third-party.mjs')
    process.exit(1)
  }
} else writeFileSync(path, text)
