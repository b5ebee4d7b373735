import { SourceFile } from '../../../src/errors/source-file.ts'
import { fromJson, toJson } from '../../../src/jinja/python/json.ts'
import { toYaml } from '../../../src/jinja/python/to-yaml.ts'
import { parseAnyYaml, parseYaml, YamlError } from '../../../src/jinja/python/yaml.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import { TemplateFault, type Value } from '../../../src/jinja/runtime/value.ts'
import { locate, readYaml } from '../../../src/project/read-yaml.ts'
import { aliasProblem } from '../../../src/project/yaml-aliases.ts'
import type { Random } from '../random.ts'
import { badTexts, textsBelow } from '../seeds.ts'
import { answerOf, type FuzzTarget, same } from '../target.ts'

const WORDS = ['- ', ': ', '\n', '\n  ', '\n    ', '\n- ', '  ', '? ', '&a ', '*a', '<<: *a', '<<: ', '!!str ', '!!int ', '!!set', '!!omap', '!!binary ', '!!timestamp ', '!x ', '|\n', '>\n', '|-\n', '>+2\n', '"', "'", '\\x41', '\\u00e9', '\\U0001F600', '{', '}', '[', ']', ',', '#', ' # x', '---\n', '...\n', '%YAML 1.1\n', '%TAG ! x\n', 'name: ', 'models:', 'yes', 'no', 'null', '~', '017', '0o17', '0b1', '1_000', '12:30:45', '2024-01-02', '2024-01-02t03:04:05.6+07:00', '.inf', '-.NaN', '1e3', '1.e+3', '=', '\t'] // biome-ignore format: one list

const scalar = (random: Random): string =>
  random.pick([
    'a',
    'b c',
    "'q''r'",
    '"s\\n"',
    '1',
    '2.5',
    'yes',
    'null',
    '2024-01-02',
    '{{ x }}',
    '"{{ doc(\'a\') }}"',
    '&a x',
    '*a',
    '|\n',
    '[a, b]',
    '{k: v}',
    '- x',
    'é',
    '""',
  ])

function block(random: Random, indent: string, depth: number): string {
  const lines: string[] = []
  const list = random.chance(0.4)
  for (let left = 1 + random.below(4); left > 0; left--) {
    const head = list
      ? `${indent}- `
      : `${indent}${random.pick(['name', 'a', 'b', 'columns', '"q k"', '<<', '1', 'yes'])}:`
    if (depth > 0 && random.chance(0.4))
      lines.push(
        list
          ? `${indent}-\n${block(random, `${indent}  `, depth - 1)}`
          : `${head}\n${block(random, `${indent}  `, depth - 1)}`,
      )
    else lines.push(`${head}${list ? '' : ' '}${scalar(random)}${random.chance(0.1) ? ' # c' : ''}`)
  }
  return lines.join('\n')
}

/** A value as a text, or why there is none. */
function shown(parse: () => Value): string {
  let value: Value
  try {
    value = parse()
  } catch (error) {
    if (error instanceof YamlError) return 'refused'
    throw error
  }
  return aliasProblem(value) === undefined ? repr(value) : 'aliases'
}

/** Both readers of YAML, which have to agree; the one that finds places; and what is read, written and read again. */
function readBoth(text: string): void {
  same(
    'the two readers',
    shown(() => parseYaml(text)),
    shown(() => parseAnyYaml(text)),
  )
  const file = new SourceFile('models/schema.yml', text)
  const value = answerOf(() => readYaml(file))
  if (value === undefined) return
  locate(file, ['models', 0, 'name'])
  locate(file, ['a', 'b'], 'key')
  // pairs of `!!omap` are written as lists
  if (text.includes('!!')) return
  const written = answerOf(() => toYaml(value, { sortKeys: false }), [TemplateFault])
  if (written !== undefined)
    same(
      'written and read again',
      shown(() => parseYaml(written)),
      repr(value),
    )
}

export const yaml: FuzzTarget = {
  name: 'yaml',
  share: 4,
  seeds: [
    ...textsBelow('test/jinja-corpus', /\.yml$/),
    ...textsBelow('sample_project', /\.yml$/),
    ...textsBelow('test/projects', /\.ya?ml$/, 1500),
    ...badTexts(/\.yml$/),
  ],
  words: WORDS,
  grammar: (random) => `${block(random, '', 3)}\n`,
  run: readBoth,
}

export const json: FuzzTarget = {
  name: 'json',
  share: 4,
  seeds: [
    '{"a": [1, 2.5, -3e10, true, false, null], "b": {"c": "d\\u00e9\\n"}}',
    '[]',
    '"x"',
    '1',
    '[NaN, Infinity, -Infinity]',
    '{"a": 1, "a": 2}',
    ' [ 1 , 2 ] ',
    '{"1": {"__proto__": 1}}',
    '[[[[1]]]]',
  ],
  words: [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\u',
    '\\ud83d',
    '\\n',
    '1',
    '-',
    '.',
    'e',
    'E+',
    'true',
    'null',
    'NaN',
    'Infinity',
    '"__proto__"',
    '12345678901234567890',
  ],
  run: (text) => {
    const ours = answerOf(() => toJson(fromJson(text)), [TemplateFault])
    let theirs: string | undefined
    try {
      theirs = JSON.stringify(JSON.parse(text))
    } catch {
      return
    }
    if (ours === undefined) throw new Error('JSON was refused')
    // numbers may have other forms; what is read again has to be the same
    const again = toJson(fromJson(ours))
    same('read and written twice', again, ours)
    if (!/\d/.test(text)) same('JSON', JSON.stringify(JSON.parse(ours)), theirs)
  },
}
