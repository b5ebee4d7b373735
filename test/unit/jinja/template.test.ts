import { expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { MacroReturn, uncaughtReturn } from '../../../src/jinja/macro-return.ts'
import type { RenderContext } from '../../../src/jinja/names.ts'
import { repr, typeName } from '../../../src/jinja/runtime/operations.ts'
import { NO_KWARGS, PyDict, PyFunction, PyObject, tuple, type Value } from '../../../src/jinja/runtime/value.ts'
import { Template } from '../../../src/jinja/template.ts'
import { context, render, template, thrown } from './rendering.ts'

const at = (error: unknown): string => {
  const span = (error as QuernError).at!
  return span.file.text.slice(span.start, span.end)
}
const frames = (error: unknown): string[] =>
  (error as QuernError).frames.map(
    ({ kind, name, span }) => `${kind} ${name}: ${span!.file.text.slice(span!.start, span!.end)}`,
  )

test('an error points at the innermost expression and carries the stack of macros', () => {
  const text =
    '{% macro inner(x) %}{{ 1 + x.y.z }}{% endmacro %}{% macro outer() %}\n{{ inner({}) }}{% endmacro %}{{ outer() ~ 1 }}'
  const error = thrown(() => template(text, { kind: 'model', name: 'm' }).renderSync(context()))
  expect(error).toMatchObject({
    kind: 'Compilation',
    code: 'template_fault',
    message: "'dict object' has no attribute 'y'",
  })
  expect(at(error)).toBe('x.y.z')
  expect(frames(error)).toEqual(['macro inner: x.y.z', 'macro outer: inner({})', 'model m: outer()'])
})

test('the same from an asynchronous rendering', async () => {
  const wait = new PyFunction('wait', async (args) => args[0]!)
  const text = '{% macro m(x) %}{{ wait(x) }}{{ wait(x).y.z }}{% endmacro %}{{ m({}) }}'
  const error = await template(text, { kind: 'model', name: 'm' })
    .render(context({ wait }, 'async'))
    .catch((each: unknown) => each)
  expect(at(error)).toBe('wait(x).y.z')
  expect(frames(error)).toEqual(['macro m: wait(x).y.z', 'model m: m({})'])
})

test('an error of the host keeps its kind and is given the place of the call', () => {
  const fail = new PyFunction('fail', () => {
    throw new QuernError('Database', 'db', 'no such table')
  })
  const error = thrown(() => template('a {{ fail(1) }}', { name: 'm' }).renderSync(context({ fail })))
  expect(error).toMatchObject({ kind: 'Database', message: 'no such table' })
  expect(at(error)).toBe('fail(1)')
})

test('in the body of a call block the place is in that body', () => {
  const text = '{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ none.x.y }}{% endcall %}'
  const error = thrown(() => template(text, { name: 't' }).renderSync(context()))
  expect(at(error)).toBe('none.x.y')
  expect(frames(error)).toEqual(['macro m: caller()', 'template t: m()'])
})

test('MacroReturn passes untouched', async () => {
  const value = tuple(1, 2)
  const names = {
    return: new PyFunction('return', () => {
      throw new MacroReturn(value)
    }),
  }
  const parsed = Template.parse(
    new SourceFile('m.sql', '{% macro m() %}a{% for x in [1] %}{% do return(x) %}{% endfor %}{% endmacro %}'),
  )
  const error = thrown(() => parsed.macros[0]!.invoke(context(names), [], NO_KWARGS))
  expect(error).toBeInstanceOf(MacroReturn)
  expect((error as MacroReturn).value).toBe(value)
  const rejected = await Promise.resolve(parsed.macros[0]!.invoke(context(names, 'async'), [], NO_KWARGS)).catch(
    (each: unknown) => each,
  )
  expect(rejected).toBeInstanceOf(MacroReturn)
})

test('return outside of a macro: an error with the value as its message, at the call', () => {
  const names = {
    return: new PyFunction('return', (args) => {
      throw new MacroReturn(args[0]!)
    }),
  }
  const error = uncaughtReturn(thrown(() => template('select {{ return([1, none]) }}').renderSync(context(names))))
  expect(error).toMatchObject({ kind: 'Compilation', message: '[1, None]' })
  expect(at(error)).toBe('return([1, none])')
  expect(thrown(() => template('{{ return(7) }}').renderNative(context(names)))).toMatchObject({ message: '7' })
  expect(uncaughtReturn(42)).toBe(42)
})

test('a macro of a file sees its parameters and the context, not its file', () => {
  const file = new SourceFile(
    'm.sql',
    '{% set top = 1 %}{% macro m(a, b=2) %}[{{ a }}{{ b }}{{ top }}{{ seen }}]{% endmacro %}',
  )
  const [macro] = Template.parse(file).macros
  expect(macro!.invoke(context({ seen: 's' }), [1], NO_KWARGS)).toBe('[12s]')
  expect(macro!.invoke(context({ seen: 's', top: 't' }), [1], new Map([['b', 5]]))).toBe('[15ts]')
  const error = thrown(() => macro!.invoke(context(), [1, 2, 3], NO_KWARGS))
  expect(error).toMatchObject({ name: 'QuernError', message: "macro 'dbt_macro__m' takes not more than 2 argument(s)" })
})

test('macros of a template are prefixed unless told otherwise: calls go to the context', () => {
  const parsed = Template.parse(new SourceFile('m.sql', '{% macro m() %}x{% endmacro %}{{ m() }}{{ dbt_macro__m() }}'))
  expect(parsed.renderSync(context({ m: new PyFunction('m', () => 'context') }))).toBe('contextx')
})

test('a call that must be waited for fails while parsing', () => {
  const wait = new PyFunction('wait', async () => 1)
  const error = thrown(() => template('{{ wait() }}').renderSync(context({ wait })))
  expect(error).toMatchObject({ message: 'a call that must be waited for cannot be made while parsing' })
})

test('asynchronous rendering waits in macros, loops, defaults, conditions and filters', async () => {
  const log: string[] = []
  const wait = new PyFunction('wait', async (args) => {
    log.push(`start ${String(args[0])}`)
    await new Promise((done) => setTimeout(done, 1))
    log.push(`end ${String(args[0])}`)
    return args[0]!
  })
  const text =
    '{% macro m(x=wait(1)) %}{% for i in [2, 3] if wait(i) > 2 %}{{ wait(i) }}{% endfor %}{{ x }}{% endmacro %}' +
    '{% if wait(4) %}{% set q %}{{ m() }}{% endset %}{{ q }}{% endif %}{{ [wait(5), 1] | sum }}'
  expect(await template(text).render(context({ wait }, 'async'))).toBe('316')
  expect(log.filter((_, index) => index % 2 === 0).map((each) => each.slice(6))).toEqual(['4', '1', '2', '3', '3', '5'])
  expect(log.every((each, index) => each.startsWith(index % 2 === 0 ? 'start' : 'end'))).toBe(true)
})

test('silent undefined swallows attributes, items, calls', () => {
  const silent: RenderContext = context({}, 'sync', { undefinedMode: 'silent' })
  const text =
    "[{{ foo.bar.baz() }}{% for x in foo.bar() %}{{ x }}{% endfor %}{{ {}.a.b.c }}{{ foo['a']().b }}{{ foo is defined }}]"
  expect(template(text).renderSync(silent)).toBe('[False]')
})

/** Rendered by dbt-core 1.11.16: `get_rendered(text, {'x': 3, 's': '42', 't': "{'a': [1, (2,)]}"}, native=True)`. */
test.each<[string, Value]>([
  ['{{ 1 + 1 }}', '2'],
  ['{{ 1 }}', '1'],
  ['{{ x }}', 3],
  ['{{ x + 1 }}', 4],
  ["{{ '1' | as_number }}", 1],
  ['{{ s | as_number }}', 42],
  ['{{ s }}', '42'],
  ["{{ 'True' | as_bool }}", true],
  ['{{ [1,2] }}', '[1, 2]'],
  ['{{ none }}', 'None'],
  ['{{ x }}{{ x }}', '33'],
  ['a{{ x }}', 'a3'],
  ['', ''],
  ['abc', 'abc'],
  ['{% if x %}{{ x }}{% endif %}', 3],
  ['{{ x }}\n', 3],
  ["{{ {'a': x} }}", PyDict.from([['a', 3]])],
  ["{{ 'a' | as_text }}", 'a'],
  ["{{ '1' | as_native }}", 1],
  ['{{ t | as_native }}', PyDict.from([['a', [1, tuple(2)]]])],
  ['{{ t|as_text }}', "{'a': [1, (2,)]}"],
  ["{{ '[1' | as_native }}", '[1'],
  ['{% set y = 1 %}{{ x }}', 3],
  ['{{ x | string }}', '3'],
  ['{{ True }}', 'True'],
  [
    "{{ 'a' in ['a', 'b'] | as_bool() }} {{ '' in ['a', 'b'] | as_bool }} {{ 'z' in ['a', 'b'] | as_bool }}",
    'True True False',
  ],
  ["{{ ('true' | as_bool).upper() }} {{ ('12' | as_number) | length }} {{ ('12' | as_number)[0] }}", 'TRUE 2 1'],
  [
    "{{ ('12' | as_number)[1:] }} {{ ('b' | as_text) < 'c' }} {{ ('b' | as_text) + 'c' }} {{ 'c' + ('b' | as_text) }}",
    '2 True bc cb',
  ],
  ["{% for c in 'ab' | as_text %}{{ c }}.{% endfor %} {{ 'true' | as_bool is string }}", 'a.b. True'],
])('native: %s', (text, value) => {
  const names = { x: 3, s: '42', t: "{'a': [1, (2,)]}" }
  const result = template(text).renderNative(context(names))
  expect([typeName(result), repr(result)]).toEqual([typeName(value), repr(value)])
})

test('native: what cannot be converted', () => {
  const error = thrown(() => template("{{ '42' | as_bool }}").renderNative(context()))
  expect(error).toMatchObject({ message: "Could not convert value '42' into type 'bool'" })
})

test('names of JavaScript mean nothing', () => {
  expect(render('{{ constructor }}{{ __proto__ }}{{ cx }}{{ K }}{{ R }}{{ process }}{{ globalThis }}{{ l_1 }}')).toBe(
    '',
  )
  expect(render("{{ {}.constructor }}{{ [].map }}{{ ''.length }}{{ {'a': 1}.toString }}{{ {}['__proto__'] }}")).toBe('')
  expect(render('{% set constructor, o, p, t = 1, 2, 3, 4 %}{{ constructor }}{{ o }}{{ p }}{{ t }}')).toBe('1234')
  expect(render('{% macro m(await, yield=2) %}{{ await }}{{ yield }}{% endmacro %}{{ m(1) }}')).toBe('12')
  expect(render('{{ "`${1}`\\u2028 */ // \' \\" \\\\ </script>" }}')).toBe('`${1}`\u2028 */ // \' " \\ </script>')
  const error = thrown(() => render("{{ ''.__class__.__mro__ }}"))
  expect(error).toMatchObject({ message: "access to attribute '__class__' of 'str' object is unsafe." })
})

test('filters and tests of the context', () => {
  const more = {
    filters: new Map([['twice', (_: unknown, value: Value) => `${String(value)}${String(value)}`]]),
    tests: new Map([['nice', (_: unknown, value: Value) => value === 'nice']]),
  }
  expect(template("{{ 'ab' | twice }}{{ 'nice' is nice }}").renderSync(context({}, 'sync', more))).toBe('ababTrue')
})

test('objects of the host: attributes, calls, printing', () => {
  class Relation extends PyObject {
    override readonly typeName = 'Relation'
    override getAttr(name: string): Value | undefined {
      return name === 'type'
        ? null
        : name === 'include'
          ? new PyFunction('include', (_, kwargs) => [...kwargs.keys()].join())
          : undefined
    }
    override pyStr(): string {
      return '"a"."b"'
    }
  }
  expect(
    render("{{ r }} {{ r.type }} {{ r.type is none }} {{ r.include(schema=false, b=1) }} {{ r ~ '' }}", {
      r: new Relation(),
    }),
  ).toBe('"a"."b" None True schema,b "a"."b"')
})
