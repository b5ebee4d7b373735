import { describe, expect, test } from 'vitest'
import type { Flags } from '../../../src/config/flags.ts'
import { baseNames, NoTarget, secretNames, targetNames } from '../../../src/context-base/base-names.ts'
import { hideMarks, revealSecrets, scrub, secretValues } from '../../../src/context-base/secrets.ts'
import type { BaseServices } from '../../../src/context-base/services.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { MacroReturn } from '../../../src/jinja/macro-return.ts'
import { newLimits } from '../../../src/jinja/names.ts'
import { toText } from '../../../src/jinja/runtime/text.ts'
import type { Value } from '../../../src/jinja/runtime/value.ts'
import { Template } from '../../../src/jinja/template.ts'

const events: RunEvent[] = []
const read: string[][] = []
const services: BaseServices = {
  env: { HOME_TOWN: 'Rye', DBT_ENV_SECRET_KEY: 's3cret' },
  flags: {
    which: 'run',
    fullRefresh: true,
    print: true,
    warnErrorOptions: { error: 'all', warn: [], silence: [] },
  } as unknown as Flags,
  cliVars: { a: 1, text: '{{ 1 + 1 }}' },
  invocationId: 'an-id',
  startedAt: new Date('2026-11-22T19:11:12.345Z'),
  now: () => Date.parse('2026-11-22T20:00:00Z'),
  emit: (event) => events.push(event),
  reads: { note: (...what) => void read.push(what) },
}
const render = (text: string, names: ReadonlyMap<string, Value> = baseNames(services)): string =>
  Template.parse(new SourceFile('t', text)).renderSync({
    names: { lookup: (name) => names.get(name) },
    flavour: 'sync',
    undefinedMode: 'lenient',
    limits: newLimits(),
  })

// Values: dbt-core 1.11.16 (`run-operation` printing the same expressions), compat/jinja-context.md.
test.each([
  ["{{ env_var('HOME_TOWN') }} {{ env_var('NONE', 'x') }}", 'Rye x'],
  [
    "{{ var('a') }} {{ var('text') }} {{ var('b', 'dflt') }} {{ var.has_var('a') }} {{ var.has_var('b') }}",
    '1 2 dflt True False',
  ],
  ["{{ tojson({'b': [1, 2.0, none, 'é'], 'a': true}) }}", '{"b": [1, 2.0, null, "\\u00e9"], "a": true}'],
  ["{{ tojson({'b': 1, 'a': 2}, sort_keys=true) }}", '{"a": 2, "b": 1}'],
  ["{{ fromjson('{\"a\": [1]}')['a'] }} {{ fromjson('{', 'no') }}", '[1] no'],
  ["{{ fromyaml('a: yes') }} {{ fromyaml('a: [', 'no') }}", "{'a': True} no"],
  ["{{ toyaml({'b': [1, 2], 'a': 'x'}) }}", 'b:\n- 1\n- 2\na: x\n'],
  ['{{ set([1, 1]) }} {{ set(5, "no") }} {{ set_strict([2]) }}', '{1} no {2}'],
  [
    "{{ zip([1, 2], ['a', 'b']) | list }} {{ zip(1, default=[]) }} {{ zip_strict([1], [2]) | list }}",
    "[(1, 'a'), (2, 'b')] [] [(1, 2)]",
  ],
  ["{{ local_md5('hello world') }}", '5eb63bbbe01eeed093cb22bb8f5acdc3'],
  [
    "{{ diff_of_two_dicts({'key_x': ['value_1', 'VALUE_2'], 'KEY_Y': ['value_3']}, {'key_x': ['value_1'], 'key_z': ['value_4']}) }}",
    "{'key_x': ['VALUE_2'], 'KEY_Y': ['value_3']}",
  ],
  [
    '{{ invocation_id }} {{ dbt_version }} {{ flags.WHICH }} {{ flags.FULL_REFRESH }} {{ flags.NOPE is defined }}',
    'an-id 1.11.16 run True False',
  ],
  ['{{ run_started_at }} {{ run_started_at.strftime("%Y-%m-%d") }}', '2026-11-22 19:11:12.345000+00:00 2026-11-22'],
  ["{{ modules.datetime.datetime.now().year }} {{ modules.re.sub('a', 'b', 'aaa') }}", '2026 bbb'],
  ["{{ builtins.dbt_version }} {{ context['invocation_id'] }} {{ context.get('nope', 'none') }}", '1.11.16 an-id none'],
])('%s', (text, expected) => {
  expect(render(text)).toBe(expected)
})

test('variables that templates read are told', () => {
  read.length = 0
  render("{{ env_var('HOME_TOWN') }}{{ env_var('NONE', 'x') }}")
  expect(read).toEqual([
    ['env', 'HOME_TOWN'],
    ['env', 'NONE'],
  ])
})

test.each([
  ["{{ env_var('NOPE') }}", "Env var required but not provided: 'NOPE'"],
  [
    "{{ env_var('DBT_ENV_SECRET_KEY') }}",
    "Secret env vars are allowed only in profiles.yml or packages.yml. Found 'DBT_ENV_SECRET_KEY' referenced elsewhere.",
  ],
  [
    "{{ var('zz') }}",
    `Required var 'zz' not found in config:\nVars supplied to <Configuration> = {\n    "a": 1,\n    "text": "{{ 1 + 1 }}"\n}`,
  ],
  ['{{ set_strict(5) }}', "'int' object is not iterable"],
  ['{{ fromjson(none) }}', 'the JSON object must be str, bytes or bytearray, not NoneType'],
])('%s fails', (text, message) => {
  expect(() => render(text)).toThrow(message)
})

test('log and print are events, and give nothing', () => {
  events.length = 0
  expect(render("{{ log('a') }}{{ log('b', info=true) }}{{ print('c') }}")).toBe('')
  expect(events).toEqual([
    { kind: 'jinja-log', level: 'debug', text: 'a', info: undefined },
    { kind: 'jinja-log', level: 'info', text: 'b', info: undefined },
    { kind: 'print', text: 'c' },
  ])
})

test('return leaves with its value', () => {
  try {
    render('{{ return([1]) }}')
  } catch (error) {
    expect(error instanceof MacroReturn && toText(error.value)).toBe('[1]')
    return
  }
  throw new Error('nothing was thrown')
})

test('itertools is deprecated', () => {
  events.length = 0
  expect(render('{{ modules.itertools.chain([1], [2]) | list }}')).toBe('[1, 2]')
  expect(events).toMatchObject([{ kind: 'deprecation', name: 'ModulesItertoolsUsageDeprecation' }])
})

describe('secrets', () => {
  test('templates see marks, which are put right afterwards and hidden in logs', () => {
    const marked = render("x{{ env_var('DBT_ENV_SECRET_KEY') }}y", secretNames(services))
    expect(marked).not.toContain('s3cret')
    expect(revealSecrets(marked, services.env)).toBe('xs3crety')
    expect(hideMarks(marked)).toBe('x*****y')
    expect(revealSecrets(marked + marked, services.env)).toBe('xs3cretyxs3crety')
  })
  test('values are scrubbed, the longest first', () => {
    const env = { DBT_ENV_SECRET_A: 'ab', DBT_ENV_SECRET_B: 'abc', DBT_ENV_SECRET_C: ' ', OTHER: 'x' }
    expect(secretValues(env)).toEqual(['abc', 'ab'])
    expect(scrub('ab abc x', secretValues(env))).toBe('***** ***** x')
  })
})

test('variables with the prefix QUERN_ are secret, too', () => {
  const env = { QUERN_ENV_SECRET_A: 'hush-hush' }
  expect(() => render("{{ env_var('QUERN_ENV_SECRET_A') }}", baseNames({ ...services, env }))).toThrow(
    'Secret env vars are allowed only in profiles.yml',
  )
  const marked = render("{{ env_var('QUERN_ENV_SECRET_A') }}", secretNames({ ...services, env }))
  expect(marked).not.toContain('hush')
  expect(revealSecrets(marked, env)).toBe('hush-hush')
  expect(secretValues(env)).toEqual(['hush-hush'])
})

// Values: dbt-core 1.11.16 with the dict that its `deps` has for a target.
test.each([
  ["{{ target.type in ('databricks') }} {{ 'no' if target.type == 'bigquery' else 'yes' }}", 'True yes'],
  ["[{{ target.name }}] [{{ target['schema'] }}] {{ target.name ~ '_x' }}", '[] [] _x'],
  [
    "{{ target.get('x') is none }} {{ 'name' in target }} {{ target.name is defined }} {{ target }}",
    'True False True {}',
  ],
])('without a profile, fields of the target are empty: %s', (text, expected) => {
  expect(render(text, targetNames(services, new NoTarget()))).toBe(expected)
})

test('project files know the target', () => {
  expect(render('{{ target.name }} {{ context.target.name }}', targetNames(services, { name: 'dev' }))).toBe('dev dev')
})
