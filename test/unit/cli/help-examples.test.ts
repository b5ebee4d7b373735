import { describe, expect, test } from 'vitest'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { completionCommand, splitLine } from '../../../src/cli/completion/complete.ts'
import { commandExamples, commandHelp, groupHelp, programHelp } from '../../../src/cli/help.ts'
import { COMMAND_GROUPS, COMMANDS, type CommandGroup, OWN_COMMANDS } from '../../../src/cli/option.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { folderWith } from '../config/project-files.ts'

/** What an example says to quern: the words up to a redirection. */
const wordsOf = (example: string): string[] => splitLine(example.split(/ >>? /)[0]!).slice(1)

describe.each(COMMANDS)('%s', (command) => {
  test.each([...commandExamples(command)])('%s', (example) => {
    expect(example).toMatch(/^quern /)
    const argv = wordsOf(example)
    const parsed = parseArgv(argv)
    const cwd = folderWith({ 'dbt_project.yml': 'name: shop\n' })
    buildFlags({
      parsed: { ...parsed, command: parsed.command! },
      argv,
      env: {},
      cwd,
      home: cwd,
      interactive: false,
      parseYaml,
      now: () => 0,
    })
    // An alias may show its command.
    expect([command, command.replace('snapshot-freshness', 'freshness')]).toContain(parsed.command)
  })
  test('help has two examples or more, and lines that fit', () => {
    const lines = commandHelp(command, 90).split('\n')
    const at = lines.indexOf('Examples:')
    expect(lines.slice(at + 1).filter((line) => line.startsWith('  quern ')).length).toBeGreaterThanOrEqual(2)
  })
})

test.each(['', ...Object.keys(COMMAND_GROUPS)])('examples of %s', (group) => {
  const lines = (group === '' ? programHelp(90) : groupHelp(group as CommandGroup, 90)).split('\n')
  const examples = lines.slice(lines.indexOf('Examples:') + 1).filter((line) => line.startsWith('  quern '))
  expect(examples.length).toBeGreaterThanOrEqual(1)
  for (const example of examples) expect(parseArgv(wordsOf(example.trim())).command).toBeDefined()
})

test.each([...OWN_COMMANDS.completion.examples])('%s', (example) => {
  let out = ''
  completionCommand({ argv: wordsOf(example), stdout: { write: (text) => (out += text) } })
  expect(out).toContain('quern complete ')
})
