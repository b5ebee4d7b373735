#!/usr/bin/env node
/**
 * Runs the integration tests of public dbt packages with the reference and with quern, and prints a table of what was the same.
 *
 *   node scripts/packages.mjs FOLDER --compare COMMAND [--cli "node dist/cli.js"] [--db duckdb|postgres] [--only NAME ...] [--out FOLDER] [--reuse] [-v]
 *
 * FOLDER holds one git clone per package, named as in package-cases.mjs (cases whose clones are missing are named and left out). Packages that the
 * hub would deliver are taken from those clones, at a tag where the asking package wants one. COMMAND is the compare tool: it runs a project twice,
 * each time in a fresh copy and a fresh database, and compares node statuses, relations, manifest, compiled SQL and printed output.
 * `--out` gets its full reports as JSON (and copies of the clones at tags); `--reuse` takes the reference's results of the last time.
 * Exit code 1 when anything differs.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cases, clones } from './package-cases.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    compare: { type: 'string' },
    cli: { type: 'string', default: 'node dist/cli.js' },
    db: { type: 'string', multiple: true, default: ['duckdb', 'postgres'] },
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: join(tmpdir(), 'quern-packages') },
    reuse: { type: 'boolean', default: false },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
})
const [folder] = positionals
if (folder === undefined || values.compare === undefined) {
  console.error(
    'usage: node scripts/packages.mjs FOLDER --compare COMMAND [--cli TEXT] [--db NAME] [--only NAME] [--out FOLDER] [--reuse] [-v]',
  )
  process.exit(2)
}
const compare = values.compare
const reports = resolve(values.out)
mkdirSync(reports, { recursive: true })

const git = (clone, ...args) => execFileSync('git', ['-C', resolve(folder, clone), ...args], { maxBuffer: 1 << 30 })

/** A copy of a commit of `clone` under `name`, made once. */
function copyOf(clone, commit, name) {
  const copy = join(reports, 'copies', name)
  if (!existsSync(copy)) {
    mkdirSync(copy, { recursive: true })
    execFileSync('tar', ['-x', '-C', copy], { input: git(clone, 'archive', commit) })
  }
  return copy
}

/** The folder of `clone`, or of `clone@tag` as a copy of that tag. */
function packageFolder(spec) {
  const [clone, tag] = spec.split('@')
  return tag === undefined ? resolve(folder, clone) : copyOf(clone, tag, `${clone}-${tag}`)
}

/** The folder that the compare tool copies; with `dependsOn`, a copy whose packages.yml asks for those packages. */
function projectFolder(item) {
  if (item.dependsOn === undefined) return packageFolder(item.clone)
  const [clone, tag] = item.clone.split('@')
  const copy = copyOf(clone, tag ?? 'HEAD', item.name)
  for (const file of item.without ?? []) rmSync(join(copy, file), { force: true })
  const asked = item.dependsOn.map((name) =>
    name.startsWith('.') ? `  - local: ${name}\n` : `  - package: ${name}\n    version: 0.0.0\n`,
  )
  writeFileSync(join(copy, item.subdir ?? 'integration_tests', 'packages.yml'), `packages:\n${asked.join('')}`)
  return copy
}

/** Runs one case on one database; its report, or undefined when the tool failed. */
function runCase(item, db) {
  const report = join(reports, `${item.name}.${db}.json`)
  rmSync(report, { force: true })
  const options = {
    subdir: [item.subdir ?? 'integration_tests'],
    cli: [values.cli],
    db: [db],
    out: [report],
    command: item.commands,
    package: Object.entries(item.packages).map(([name, spec]) => `${name}=${packageFolder(spec)}`),
    ignore: item.ignore ?? [],
    'profile-extra': item.schema === undefined ? [] : [JSON.stringify({ schema: item.schema })],
  }
  const args = Object.entries(options).flatMap(([name, list]) => list.flatMap((value) => [`--${name}`, value]))
  if (values.reuse) args.push('--reuse')
  if (values.verbose) args.push('-v')
  spawnSync(compare, [projectFolder(item), ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
}

/** The cells of a report: exit codes of all commands (`deps` included), then `equal/of` of each part. */
function cells(result) {
  const exits = (commands) => commands.map((command) => command.rc).join(' ')
  const [theirs, ours] = [exits(result.reference_commands), exits(result.subject_commands)]
  const parts = ['statuses', 'relations', 'graph', 'compiled', 'outputs'].map((part) => result[part])
  return {
    same: theirs === ours && parts.every((part) => part.equal === part.of),
    cells: [theirs === ours ? theirs : `${theirs} | ${ours}`, ...parts.map((part) => `${part.equal}/${part.of}`)],
  }
}

const rows = []
for (const item of cases.filter((each) => values.only.length === 0 || values.only.includes(each.name))) {
  const wanted = [item.clone, ...Object.values(item.packages)].map((spec) => spec.split('@')[0])
  const missing = wanted.filter((clone) => !existsSync(resolve(folder, clone)))
  if (missing.length > 0) {
    console.error(`${item.name}: left out, no clone of ${missing.map((clone) => clones[clone]).join(', ')}`)
    continue
  }
  const [clone, tag] = item.clone.split('@')
  const version = tag ?? git(clone, 'describe', '--always', '--tags').toString().trim()
  for (const db of values.db) {
    const result = runCase(item, db)
    if (result === undefined || !cells(result).same) process.exitCode = 1
    rows.push([item.name, version, db, ...(result === undefined ? ['the comparison failed'] : cells(result).cells)])
  }
}
console.log(
  '\n| package | version | database | exit codes | statuses | tables | manifest | compiled | outputs |\n|---|---|---|---|---|---|---|---|---|',
)
for (const row of rows) console.log(`| ${row.join(' | ')} |`)
