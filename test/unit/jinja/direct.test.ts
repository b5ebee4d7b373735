import { expect, test } from 'vitest'
import type { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { compileTemplate } from '../../../src/jinja/compile/compile.ts'
import { directTemplate } from '../../../src/jinja/compile/direct.ts'
import type { OutputMode } from '../../../src/jinja/compile/emitter.ts'
import { Rendering } from '../../../src/jinja/compile/rendering.ts'
import type { Flavour } from '../../../src/jinja/names.ts'
import { repr } from '../../../src/jinja/runtime/operations.ts'
import { float, PyDict, PyFunction, TemplateFault, type Value } from '../../../src/jinja/runtime/value.ts'
import { TemplateParser } from '../../../src/jinja/syntax/template-parser.ts'
import { context } from './rendering.ts'

const names = (): Record<string, Value> => {
  let calls = 0
  return {
    f: new PyFunction('f', (args, kwargs) => `f${++calls}(${repr([...args])}, ${repr(PyDict.from(kwargs))})`),
    same: new PyFunction('same', (args) => args[0] ?? null),
    late: new PyFunction('late', (async () => 1) as never),
    later: new PyFunction('later', (async (args: readonly Value[]) => `later${++calls}(${repr([...args])})`) as never),
    fails: new PyFunction('fails', (async () => {
      throw new TemplateFault('ValueError', 'too late')
    }) as never),
    d: PyDict.from([['k', PyDict.from([['n', 1]])]]),
    xs: [1, 2],
    half: 0.5,
    two: float(2),
  }
}

const TEMPLATES = [
  'text only {{ 1 }}', '', 'a {{ f() }} b {{ f(1, x=2) }}', "{{ f('it''s', \"q\", -1, -2.5, 3.0, none, true) }}", '{{ f(f(f(1)), y=f(2)) }}',
  '{{ f([1, (2,), ()], {"a": [1], 2: {}}) }}', '{{ d.k.n }}{{ d.k.missing }}|{{ missing }}|', '{{ f(*xs, **d) }}', '{{ f(1, *xs, a=1, **d.k) }}',
  '{% do f(1) %}{{ f(2) }}', '{{ half }} {{ two }} {{ xs }} {{ d }} {{ same }} {{ 2.0 }} {{ "s" }}', '{{ (1, [2]) }}', '{{ -two }}', '{{ range(3) }}',
  '{{ same(d).k.n }}', '{{ "a" }}{{ "b" }}', '{{ dict(a=1) }}', "{{ 'x'.upper() }}", '{{ d.items() }}',
  // errors, each where the emitted code has it
  '{{ missing.x }}', '{{ d.k.missing.x }}', '{{ missing() }}', '{{ f(missing.x.y, f(1)) }}', '{{ xs(1) }}', '{{ f(*1) }}', '{{ f(**xs) }}', '{{ f(k=1, **d) }}',
  '{{ {[1]: 2} }}', '{{ -"a" }}', '{{ same(1).k.x }}', '{{ late() }}', '{{ f(1) }}{{ d.a.b.c }}', 'ü {{ f(\n  1,\n  none.x.y) }}', '{{ d.__class__ }}', '{{ d.__class__.x }}',
  // calls that answer later, where templates may wait
  '{{ f() }}{{ later() }}{{ f() }}', 'a {{ later(f(), later(), f()) }} b {{ f(later(), y=later(1), x=f()) }} c', '{{ f([later(1), f()], (later(2),), {later(3): f(), f(): later(4)}) }}',
  '{{ f(*later(), **d.k) }}', '{{ f(late(), **d.k) }}', '{% do later(1) %}{{ f(1) }}{% do late() %}', '{{ late() }}{{ missing.x }}', '{{ f(1) }}{{ fails() }}{{ f(2) }}',
  '{{ f(late(), fails(), missing.x) }}', '{{ later().x.y }}', '{{ -late() }}', '{{ -later() }}', '{{ f(*late()) }}', '{{ f(**late()) }}', '{{ later }} {{ late() }}',
] // biome-ignore format: one list

async function outcome(
  text: string,
  mode: OutputMode,
  how: { silent: boolean; flavour: Flavour },
  way: 'direct' | 'compiled',
): Promise<unknown> {
  const file = new SourceFile('m.sql', text)
  const root = new TemplateParser(file, 'plain').parseTemplate()
  const frame = { kind: 'model', name: 'm' }
  const make = way === 'direct' ? directTemplate : compileTemplate
  const made = make(file, root, how.flavour, mode, frame)
  if (made === undefined) return 'not direct'
  const asked = context(names(), how.flavour, { undefinedMode: how.silent ? 'silent' : 'lenient' })
  try {
    const result = await made(mode === 'native' ? Rendering.native(asked) : Rendering.of(asked))
    return { depth: asked.limits.depth, result: mode === 'native' ? repr(result as Value[]) : result }
  } catch (error) {
    const { message, kind, code, at, frames } = error as QuernError
    const place = (span: typeof at) => [span?.start, span?.end]
    return {
      depth: asked.limits.depth,
      message,
      kind,
      code,
      at: place(at),
      frames: frames.map((each) => [each.kind, each.name, place(each.span)]),
    }
  }
}

test.each(TEMPLATES)('walked as compiled: %s', async (text) => {
  for (const flavour of ['sync', 'async'] as const) {
    for (const mode of ['text', 'native'] as const) {
      for (const silent of [false, true]) {
        const how = { silent, flavour }
        expect(await outcome(text, mode, how, 'direct')).toEqual(await outcome(text, mode, how, 'compiled'))
      }
    }
  }
})

test.each(
  [
  '{{ a | upper }}', '{{ a + 1 }}', '{{ a if b }}', '{% set a = 1 %}', '{% if a %}{% endif %}', '{{ a[0] }}', '{{ not a }}', '{{ self }}', '{% macro m() %}{% endmacro %}',
] /* biome-ignore format: one list */,
)('left to the compiler: %s', async (text) => {
  for (const flavour of ['sync', 'async'] as const)
    expect(await outcome(text, 'text', { silent: false, flavour }, 'direct')).toBe('not direct')
})
