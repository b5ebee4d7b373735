// Writes docs/commands.md: every command and option of the sources, with variable, entry in `flags:` and default.
//
//     node scripts/commands-doc.mjs [--check]
//
// --check writes nothing and ends with exit code 1 when the file is out of date.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const folder = mkdtempSync(join(tmpdir(), 'quern-commands-'))
const outfile = join(folder, 'tables.mjs')
await build({
  stdin: {
    contents: `export { OPTIONS } from './src/cli/flags-table.ts'
export * from './src/cli/option.ts'
export * from './src/cli/help.ts'
export { ARGUMENTS } from './src/cli/usage-error.ts'`,
    resolveDir: root,
  },
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
})
const { OPTIONS, COMMANDS, ALIASES, OWN_COMMANDS, takesOption, ARGUMENTS, commandAbout, commandExamples } =
  await import(outfile)
rmSync(folder, { recursive: true })

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*')
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``

function value(option) {
  switch (option.kind) {
    case 'switch':
      return ''
    case 'int':
      return ' NUMBER'
    case 'choice':
      return ` ${option.choices.join('|')}`
    case 'yaml':
      return ' YAML'
    default:
      return ` ${option.metavar}`
  }
}

function forms(option) {
  const [first, ...others] = option.long
  const negative = option.kind === 'switch' && option.negatable ? [first.replace('--', '--no-')] : []
  return [`${first}${value(option)}`, ...negative, ...others, ...(option.short ?? [])].map(code).join(' ')
}

function fallback(option) {
  if (option.kind === 'switch') return option.default ? 'on' : 'off'
  return option.default === undefined || option.default === null ? '' : code(String(option.default))
}

const variable = (option) =>
  option.env === undefined
    ? ''
    : code(`${option.own === true ? 'QUERN_' : option.engineEnvOnly === true ? 'DBT_ENGINE_' : 'DBT_'}${option.env}`)

function note(option) {
  const notes = []
  if (option.hidden === true) notes.push('Not shown by `--help`.')
  if (option.own === true) notes.push('Not in dbt.')
  if (option.later === true) notes.push('Not supported yet: asking for it is an error.')
  if (option.commands === 'before') notes.push('In front of the command only.')
  if (option.oldEnv !== undefined) notes.push(`Older variable, which wins: \`DBT_${option.oldEnv.name}\`.`)
  return notes.join(' ')
}

const table = (options) => `| option | default | variable | \`flags:\` | |
|---|---|---|---|---|
${options.map((one) => `| ${forms(one)} | ${fallback(one)} | ${variable(one)} | ${one.inProject === true ? code(one.key) : ''} | ${cell(`${one.help} ${note(one)}`.trim())} |`).join('\n')}`

const command = (name) => {
  const own = OPTIONS.filter((option) => typeof option.commands !== 'string' && takesOption(name, option))
  const other = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name)
  return `## ${name}
\`quern ${name} [OPTIONS]${ARGUMENTS[name] ?? ''}\`${other.length === 0 ? '' : `; also ${other.map((one) => code(`quern ${one}`)).join(', ')}`}

${commandAbout(name)}
\`\`\`
${commandExamples(name).join('\n')}
\`\`\`
${table(own)}
`
}

const own = Object.entries(OWN_COMMANDS).map(
  ([name, { about, examples }]) => `## ${name}
\`quern ${name}${ARGUMENTS[name] ?? ''}\`

${about}
\`\`\`
${examples.join('\n')}
\`\`\`
`,
)

const inert = [
  ...new Map(OPTIONS.filter((option) => option.inert === true).map((option) => [option.key, option])).values(),
]

const page = `# Commands and options

Made by \`node scripts/commands-doc.mjs\` from the table that the command line is read with; do not edit.

Of two values for one option, the first of these wins: the command line, \`DBT_ENGINE_NAME\`, \`DBT_NAME\` (or \`QUERN_NAME\`), \`flags:\` of \`dbt_project.yml\`, the default.
\`--use-colors\`, \`--log-format\` and \`--log-level\` also count for the log file, unless the option of the log file (\`--log-level-file\` ...) is set itself.
Options that take several words (\`WORD...\`) take all up to the next option, may be repeated, and a quoted word with blanks counts as several.

${COMMANDS.filter((name) => ALIASES[name] === undefined)
  .map(command)
  .join('\n')}
${own.join('\n')}
## Options of all commands
They stand in front of the command or behind it; not on both sides.

${table(OPTIONS.filter((option) => typeof option.commands === 'string'))}
| ${code('--help')} ${code('-h')} | | | | Help of a command. |
| ${code('--version')} ${code('-V')} ${code('-v')} | | | | Versions. |

## Options without effect
dbt takes these, too, without anything that a user could see: ${inert.map((option) => code(option.long[0])).join(', ')}. Their values are in \`args\` of \`run_results.json\` where dbt's are.
`

const path = join(root, 'docs/commands.md')
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== page) {
    console.error('docs/commands.md is out of date: node scripts/commands-doc.mjs')
    process.exit(1)
  }
} else writeFileSync(path, page)
