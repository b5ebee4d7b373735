// Feeds the parsers with inputs that are almost right: `npm run fuzz -- --help`. See test/fuzz/README.md.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..')
// Below the repository, so that packages are found from there.
const folder = mkdtempSync(join(repository, 'node_modules', '.fuzz-'))
let status = 1
try {
  const program = join(folder, 'program.mjs')
  await build({
    entryPoints: [join(repository, 'test', 'fuzz', 'program.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    define: { 'import.meta.dirname': JSON.stringify(join(repository, 'test', 'support')) },
    logLevel: 'warning',
  })
  status =
    spawnSync(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], { stdio: 'inherit' })
      .status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(status)
