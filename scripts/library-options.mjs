// Writes src/library/command-options.ts: the options of each method of `quern`, from the one table of options.
//
//     node scripts/library-options.mjs [--check]
//
// --check writes nothing and ends with exit code 1 when the file is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const bundled = await build({
  stdin: {
    contents:
      "export { OPTIONS } from './src/cli/flags-table.ts'; export { concernsCommand } from './src/cli/option.ts'; export { METHODS, ARGUMENTS, optionName } from './src/library/methods.ts'",
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
})
const { OPTIONS, concernsCommand, METHODS, ARGUMENTS, optionName } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].text).toString('base64')}`
)

const union = (choices) => choices.map((choice) => `'${choice}'`).join(' | ')
function type(option) {
  switch (option.kind) {
    case 'switch':
      return 'boolean'
    case 'int':
      return 'number'
    case 'choice':
      return union(option.choices)
    case 'words':
      return option.choices === undefined
        ? 'string | readonly string[]'
        : `${union(option.choices)} | readonly (${union(option.choices)})[]`
    case 'list':
      return 'string | readonly string[]'
    case 'yaml':
      return 'JsonDict'
    default:
      return 'string'
  }
}
const member = (option) =>
  `  /** ${option.help.replaceAll('*/', '* /')} (\`${option.long[0]}\`) */\n  readonly ${optionName(option)}?: ${type(option)} | undefined\n`
function grouped(list, keyOf) {
  const groups = new Map()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
const pascal = (name) => name[0].toUpperCase() + name.slice(1)

const parts = [
  "// Made by scripts/library-options.mjs from src/cli/flags-table.ts: not to be edited by hand.\nimport type { JsonDict } from './published.ts'\n",
  `/** Options of every command. */\nexport interface CommonOptions {\n${OPTIONS.filter(
    (option) => typeof option.commands === 'string',
  )
    .map(member)
    .join('')}}\n`,
]
/** By method the name and text of its own members, in the table's order. */
const members = new Map(
  Object.entries(METHODS).map(([method, command]) => [
    method,
    OPTIONS.filter((option) => typeof option.commands !== 'string' && concernsCommand(command, option)).map(
      (option) => [optionName(option), member(option)],
    ),
  ]),
)
/** By name the text that most methods have, when several have it. */
const shared = new Map()
const uses = grouped([...members.values()].flat(), ([name]) => name)
for (const [name, all] of uses) {
  const texts = [...grouped(all, ([, text]) => text)].sort((a, b) => b[1].length - a[1].length)
  if (texts[0][1].length > 1) shared.set(name, texts[0][0])
}
parts.push(
  `/** Options that several commands have. */\nexport interface SharedOptions {\n${[...shared.values()].join('')}}\n`,
)
for (const [method, all] of members) {
  const argument = ARGUMENTS[method]
  const own = all.filter(([name, text]) => shared.get(name) !== text).map(([, text]) => text)
  if (argument !== undefined)
    own.unshift(
      `  /** ${argument.help} */\n  readonly ${argument.name}${argument.required ? '' : '?'}: string${argument.required ? '' : ' | undefined'}\n`,
    )
  const taken = all.filter(([name, text]) => shared.get(name) === text).map(([name]) => name)
  const bases = ['CommonOptions', ...(taken.length === 0 ? [] : [`Pick<SharedOptions, ${union(taken)}>`])].join(', ')
  parts.push(
    `/** Options of \`quern ${METHODS[method]}\`. */\nexport interface ${pascal(method)}Options extends ${bases} {\n${own.join('')}}\n`,
  )
}
const text = parts.join('\n')
const path = join(root, 'src', 'library', 'command-options.ts')
const { spawnSync } = await import('node:child_process')
const formatted = spawnSync('npx', ['biome', 'check', '--write', `--stdin-file-path=${path}`], {
  cwd: root,
  input: text,
  encoding: 'utf8',
})
if (formatted.status !== 0) throw new Error(formatted.stderr)
if (process.argv.includes('--check')) {
  let old = ''
  try {
    old = readFileSync(path, 'utf8')
  } catch {}
  if (old !== formatted.stdout) {
    console.error('src/library/command-options.ts is out of date: run node scripts/library-options.mjs')
    process.exit(1)
  }
} else writeFileSync(path, formatted.stdout)
