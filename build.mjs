// One build into dist/: the command line, the library, the built-in macros in one file each, and the type declarations.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { unicodeName } from 'unicode-name'
import { docsPage } from './scripts/docs-page.mjs'

const root = import.meta.dirname ?? new URL('.', import.meta.url).pathname
const dist = join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'builtin'), { recursive: true })

const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}
// What one build keeps of a parse, another does not read.
const sources = createHash('sha256')
for (const folder of ['src', 'adapters'])
  for (const path of readdirSync(join(root, folder), { recursive: true }).map(String).sort())
    if (statSync(join(root, folder, path)).isFile())
      sources.update(`${path}\0`).update(readFileSync(join(root, folder, path)))

const common = {
  define: { __QUERN_BUILD__: JSON.stringify(sources.digest('hex').slice(0, 16)) },
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Native or heavy: loaded from node_modules when a command needs them.
  external: ['@duckdb/node-api', 'libpg-query', 'pg', 'pg-native', 'pg-copy-streams', 'tar', 'undici', 'daff'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
}
await build({
  ...common,
  entryPoints: { index: join(root, 'src/index.ts') },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  banner,
})
const commonjs = {
  format: 'cjs',
  define: { ...common.define, 'import.meta.url': '__fileUrl' },
  banner: { js: "const __fileUrl = require('node:url').pathToFileURL(__filename).href;" },
}
// The command line is one file, so that starting reads one; parts of it run when a command needs them.
await build({
  ...common,
  ...commonjs,
  entryPoints: [join(root, 'src/cli/main.ts')],
  outfile: join(dist, 'quern.cjs'),
  // Code that was compiled before cannot import, but it can require.
  supported: { 'dynamic-import': false },
})
const launcher = (contents, outfile) =>
  build({
    stdin: { contents, resolveDir: root },
    outfile: join(dist, outfile),
    bundle: true,
    platform: 'node',
    minifySyntax: true,
    logLevel: 'warning',
    ...(outfile.endsWith('.mjs') ? { format: 'esm' } : commonjs),
  })
// CommonJS: Node reads a module's file on libuv's threads, whose number is then fixed before quern could say how many its statements need.
writeFileSync(join(dist, 'package.json'), '{"type": "commonjs"}\n')
const cli = join(dist, 'cli.js')
await launcher("import { launch } from './src/cli/launch.ts'; launch()", 'cli.js')
writeFileSync(cli, `#!/usr/bin/env node\n${readFileSync(cli, 'utf8')}`)
chmodSync(cli, 0o755)

// What `docs generate` copies into the target folder.
writeFileSync(join(dist, 'docs-site.html'), await docsPage(root))

// What parsing takes from a macro's text is written down here, so that starting parses none of quern's own.
const preparing = join(dist, 'prepare.mjs')
await build({
  stdin: {
    contents:
      "export { fileMacros } from './src/parse/macro.ts'; export { SourceFile } from './src/errors/source-file.ts'",
    resolveDir: root,
  },
  outfile: preparing,
  bundle: true,
  format: 'esm',
  platform: 'node',
  banner,
})
const { fileMacros, SourceFile } = await import(preparing)
rmSync(preparing)
const prepared = (path, text) => ({
  path,
  text,
  macros: path.endsWith('.md') ? [] : fileMacros(new SourceFile(path, text)),
})

// package -> [{path, text, macros}], so that starting reads two files instead of some hundred
for (const [folder, name] of [
  ['common', 'dbt'],
  ['duckdb', 'dbt_duckdb'],
  ['postgres', 'dbt_postgres'],
]) {
  const base = join(root, 'adapters', folder)
  const files = ['docs', 'macros']
    .filter((part) => existsSync(join(base, part)))
    .flatMap((part) => readdirSync(join(base, part), { recursive: true }).map((path) => join(base, part, String(path))))
    .filter((path) => /\.(sql|md)$/.test(path) && !path.endsWith('README.md') && statSync(path).isFile())
    .sort()
    .map((path) => prepared(relative(base, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')))
  writeFileSync(join(dist, 'builtin', `${name}.json`), JSON.stringify(files))
}

// The names of characters, for '\N{BULLET}' in templates: `hex NAME`, and `- PREFIX` for names that end in their own number.
const names = []
const numbered = new Set()
for (let code = 0; code <= 0x10ffff; code++) {
  if (code >= 0xd800 && code <= 0xdfff) continue
  const name = unicodeName(String.fromCodePoint(code))
  const hex = code.toString(16).toUpperCase()
  if (!name || name.startsWith('<')) continue
  if (name.endsWith(`-${hex.padStart(4, '0')}`)) numbered.add(name.slice(0, name.lastIndexOf('-')))
  else names.push(`${hex} ${name}`)
}
names.push(...[...numbered].map((prefix) => `- ${prefix}`))
writeFileSync(join(dist, 'builtin', 'unicode-names.txt'), `${names.join('\n')}\n`)

// The code that V8 makes of the bundle while it runs some commands on a small project: see src/cli/launch.ts.
const warming = join(dist, 'warm-up.mjs')
await launcher(
  `import { writeFileSync } from 'node:fs'
  import { CODE, loadBundle } from './src/cli/launch.ts'
  const { bundle, script } = loadBundle(undefined)
  for (const line of process.argv.slice(2)) {
    const code = await bundle.main(line.split(' '))
    if (code !== 0) throw new Error(line + ' ended with ' + code)
  }
  writeFileSync(CODE, script.createCachedData())
  process.exit(0)`,
  'warm-up.mjs',
)
const small = mkdtempSync(join(tmpdir(), 'quern-warm-up-'))
for (const [path, text] of Object.entries({
  'dbt_project.yml': 'name: small\nprofile: small\n',
  'profiles.yml': 'small:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: small.duckdb}\n',
  'models/one.sql': "{{ config(materialized='view') }}\nselect 1 as id",
  'models/two.sql':
    "{{ config(materialized='table') }}\n{% set all = ['id'] %}select {{ all | join(', ') }} from {{ ref('one') }}",
  'models/models.yml': 'models: [{name: two, columns: [{name: id, data_tests: [not_null, unique]}]}]\n',
})) {
  mkdirSync(dirname(join(small, path)), { recursive: true })
  writeFileSync(join(small, path), text)
}
const commands = ['--help', 'ls --help', 'parse', 'parse', 'ls --quiet', 'compile --select two --quiet', 'run', 'test']
// Options that the builder's environment sets are not the build's business.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DBT|QUERN)_/.test(name)))
const warmed = spawnSync(process.execPath, [warming, ...commands], { cwd: small, env, encoding: 'utf8' })
rmSync(warming)
rmSync(small, { recursive: true })
if (warmed.status !== 0) {
  console.error(warmed.stdout, warmed.stderr)
  process.exit(1)
}

mkdirSync(join(dist, 'types'))
writeFileSync(join(dist, 'types', 'package.json'), '{"type": "module"}\n')
if (!process.argv.includes('--no-types')) {
  const types = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
    { stdio: 'inherit' },
  )
  if (types.status !== 0) process.exit(types.status ?? 1)
}
