import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { splitLine } from '../../src/cli/completion/complete.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { folderWith } from '../unit/config/project-files.ts'

const read = (name: string): string => readFileSync(new URL(`../flags/${name}`, import.meta.url), 'utf8')
const { files, lines }: { files: Record<string, string>; lines: string[] } = parse(read('usage.yml'))
type Form = 'usage' | 'help' | 'error' | 'crash' | 'fine'
/** Recorded by test/flags/record-usage.py. */
const facts: Record<string, readonly [number, Form]> = JSON.parse(read('usage.json'))

/** Where quern does otherwise on purpose: exit code and form. */
const OTHERWISE: Readonly<Record<string, readonly [number, Form, string]>> = {
  'run --full-refresh=1': [2, 'usage', 'the same sentence, with the usage in front'],
  'run --threads': [2, 'usage', 'the same sentence, with the usage in front'],
  'run --select': [2, 'usage', 'the same sentence, with the usage in front'],
  'run --target': [2, 'usage', 'the same sentence, with the usage in front'],
  'run --vars': [2, 'usage', 'the same sentence, with the usage in front'],
  'ls -m orders --select orders': [2, 'usage', 'told before the project is read, on stderr'],
  'ls -m orders --resource-type model': [2, 'usage', 'told before the project is read, on stderr'],
}

/** What the message has to hold besides the recorded form. */
const SAYS: Readonly<Record<string, string>> = {
  bild: "No such command 'bild'. Did you mean 'build'?",
  'run --selekt orders': "No such option '--selekt'. Did you mean --select?",
  '--select orders run': "No such option '--select'. It belongs to: ",
  'docs nosuch': "No such command 'nosuch'.",
  'run extra words': 'Got unexpected extra arguments (extra words)',
  'run --threads': "Option '--threads' requires an argument.",
  'run --threads abc': "Invalid value for '--threads': 'abc' is not a valid integer.",
  'run --log-level loud':
    "Invalid value for '--log-level': 'loud' is not one of 'debug', 'info', 'warn', 'error', 'none'.",
  'run-operation': "Missing argument 'MACRO'.",
  '--debug run --debug':
    'debug was provided both before and after the subcommand, it can only be set either before or after.',
  "run --warn-error --warn-error-options '{error: all}'": 'warn_error_options: not allowed with argument warn_error',
  "run --warn-error-options '{error: [Nosuch]}'": 'Nosuch is not a valid dbt error name.',
  "show --select orders --inline 'select 1'": 'inline: not allowed with argument select',
  "show --selector nightly --inline 'select 1'": 'inline: not allowed with argument selector',
  'run --event-time-start 2024-01-01': 'The flag `--event-time-start` was specified, but `--event-time-end` was not.',
  'ls -m orders --select orders': '"models" and "select" are mutually exclusive arguments',
  'build --exclude-resource-type all': "'all' is not one of",
  'DBT_DEBUG=maybe parse': "Invalid value for '--debug' / '-d': 'maybe' is not a valid boolean.",
}

async function outcome(line: string): Promise<{ code: number; form: Form; text: string }> {
  const words = line === '' ? [] : splitLine(line)
  const env: Record<string, string> = {}
  while (words[0] !== undefined && /^[A-Z_]+=/.test(words[0])) {
    const [name, ...value] = words.shift()!.split('=')
    env[name!] = value.join('=')
  }
  let out = ''
  let err = ''
  const cwd = folderWith(files)
  const code = await runCli(
    {
      argv: words,
      env,
      cwd,
      home: `${cwd}/home`,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      interactive: false,
      signal: new AbortController().signal,
      now: () => Date.now(),
      earlyEvents: [],
    },
    async () => (await import('../../src/cli/wire.ts')).runCommand,
  )
  const text = `${out}${err}`
  const form = /^\s+at .*\.ts:\d+/m.test(text)
    ? 'crash'
    : err.startsWith('Usage: ') && err.includes('\nError: ')
      ? 'usage'
      : code === 0
        ? 'fine'
        : text.includes('Commands:')
          ? 'help'
          : 'error'
  return { code, form, text }
}

describe('command lines that are wrong or odd: exit code and form as the reference', () => {
  test.each(lines.map((line) => [line === '' ? '(nothing)' : line, line] as const))('%s', async (_, line) => {
    const [code, form] = OTHERWISE[line] ?? facts[line]!
    const ours = await outcome(line)
    // Where the reference ends in a stack trace, quern has a sentence.
    const wanted = form === 'crash' ? { code: 2, form: expect.stringMatching(/^(usage|error)$/) } : { code, form }
    expect({ code: ours.code, form: ours.form }, ours.text).toEqual(wanted)
    if (SAYS[line] !== undefined) expect(ours.text).toContain(SAYS[line])
    if (ours.form === 'usage')
      expect(ours.text).toMatch(/^Usage: quern .*\nTry 'quern .*--help' for help\.\n\nError: .+\n$/)
  })
})

test('every line was recorded', () => expect(Object.keys(facts)).toEqual(lines))
