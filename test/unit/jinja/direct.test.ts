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
  '{{ "a" | upper }}{{ xs | join("-") }}{{ d | length }}', '{{ half + 1 }}{{ 7 // 2 }}{{ 2 ** 3 }}{{ 7 % 4 }}{{ 1 - 2 }}{{ 3 * "ab" }}{{ 1 / 2 }}', '{{ +two }}',
  '{{ 1 if xs }}{{ 1 if none else 2 }}|{{ 1 if none }}|', '{{ xs[0] }}{{ d["k"] }}{{ xs[5] }}|{{ xs[:1] }}{{ "abc"[::-1] }}{{ xs[(1, 2)] }}', '{{ not xs }}{{ not missing }}',
  '{{ xs and 1 }}{{ none or "b" }}{{ none and f() }}{{ 1 or f() }}', '{{ 1 < 2 < 3 }}{{ 1 == 1.0 != 2 }}{{ 1 in xs }}{{ 3 not in xs }}{{ 3 > f }}', '{{ "a" ~ 1 ~ ("b" ~ none) }}',
  '{{ xs is defined }}{{ missing is defined }}{{ 4 is divisibleby 2 }}{{ 3 is not odd }}', '{% if xs %}a{% elif f() %}b{% else %}c{% endif %}', '{% if missing %}a{% else %}{{ f() }}{% endif %}',
  '{% if not xs or (f() and 1 > 2) %}a{% endif %}', '{% set a = 1 %}{{ a }}{% set a = a + 1 %}{{ a }}', '{{ a }}{% set a = 1 %}{{ a }}', '{% set a, b = xs %}{{ a }}{{ b }}', '{% set (a, (b,)) = (1, (2,)) %}{{ b }}',
  '{% if none %}{% set f = 1 %}{% endif %}{{ f }}', '{% if xs %}{% set xs = 1 %}{% endif %}{{ xs }}', '{% if none %}{% set nothing = 1 %}{% endif %}{{ nothing }}|', '{% for x in xs %}{{ x }},{% endfor %}{{ x }}|',
  '{% for x in xs %}{{ loop.index }}{{ "," if not loop.last }}{{ loop.length }}{{ loop.nextitem }}{% endfor %}{{ loop }}|', '{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}', '{% for c in "abc" %}{{ f(c) }}{% endfor %}',
  '{% set a = 0 %}{% for x in xs %}{% set a = a + x %}{{ a }}{% endfor %}{{ a }}', '{% for x in xs %}{% set b = 1 %}{{ b }}{% endfor %}{{ b }}|', '{% for x in xs %}{{ b }}{% set b = 1 %}{% endfor %}',
  '{% for x in xs %}{% for y in xs %}{{ loop.index }}{{ x }}{{ y }}{% set z = y %}{% endfor %}{{ loop.index0 }}{{ z }}|{% endfor %}', '{% for x in xs %}{{ f(x) }}{% endfor %}{{ f }}', '{% for x in [] %}a{% endfor %}',
  '{% for xs in xs %}{{ xs }}{% endfor %}{{ xs }}', '{% set parts = [] %}{% for x in xs %}{% do parts.append(x) %}{% endfor %}{{ parts | join("+") }}', '{% for x in xs %}{% if x == 1 %}{% set q = 5 %}{% endif %}{{ q }}{% endfor %}',
  '{% for x in missing %}{% endfor %}|', '{% for x in range(3) %}{{ loop.cycle("a", "b") }}{{ loop.changed(x) }}{{ loop.revindex }}{% endfor %}', '{% for x in xs %}{{ "%02d" | format(x) }}{% endfor %}',
  // errors, each where the emitted code has it
  '{{ missing.x }}', '{{ d.k.missing.x }}', '{{ missing() }}', '{{ f(missing.x.y, f(1)) }}', '{{ xs(1) }}', '{{ f(*1) }}', '{{ f(**xs) }}', '{{ f(k=1, **d) }}',
  '{{ {[1]: 2} }}', '{{ -"a" }}', '{{ same(1).k.x }}', '{{ late() }}', '{{ f(1) }}{{ d.a.b.c }}', 'ü {{ f(\n  1,\n  none.x.y) }}', '{{ d.__class__ }}', '{{ d.__class__.x }}',
  // calls that answer later, where templates may wait
  '{{ f() }}{{ later() }}{{ f() }}', 'a {{ later(f(), later(), f()) }} b {{ f(later(), y=later(1), x=f()) }} c', '{{ f([later(1), f()], (later(2),), {later(3): f(), f(): later(4)}) }}',
  '{{ f(*later(), **d.k) }}', '{{ f(late(), **d.k) }}', '{% do later(1) %}{{ f(1) }}{% do late() %}', '{{ late() }}{{ missing.x }}', '{{ f(1) }}{{ fails() }}{{ f(2) }}',
  '{{ f(late(), fails(), missing.x) }}', '{{ later().x.y }}', '{{ -late() }}', '{{ -later() }}', '{{ f(*late()) }}', '{{ f(**late()) }}', '{{ later }} {{ late() }}',
  '{{ 1 + "a" }}', '{{ 1 < "a" }}', '{{ 1 < 2 < "a" }}', '{{ 1 in 2 }}', '{{ missing | nofilter }}', '{{ missing.x | upper }}', '{{ 1 is notest }}', '{% if none %}{{ 1 | nofilter }}{% endif %}ok', '{{ 1 if 2 else (3 | nofilter) }}',
  '{% if xs %}{{ 1 | nofilter }}{% endif %}ok', '{% for x in 5 %}{% endfor %}', '{% for a, b in xs %}{% endfor %}', '{% set a, b = 1 %}', '{% set a, b = (1, 2, 3) %}', '{% for x in xs %}{{ x.y.z }}{% endfor %}', '{{ xs["a"].b }}', '{{ 5[1:] }}', '{{ d[1:] }}',
  '{% for x in xs %}{{ f(1) }}{{ loop.x.y }}{% endfor %}', '{{ "a" | round }}', '{{ not missing.x }}', '{{ (missing.x) if f() }}', '{{ 1 % 0 }}', '{{ -missing }}', '{{ +missing }}', '{{ missing ~ missing.x }}', '{% if missing.x %}{% endif %}', '{% for x in missing.x %}{% endfor %}',
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
        const walked = await outcome(text, mode, how, 'direct')
        // what may wait is walked when it is text and calls
        if (walked === 'not direct' && flavour === 'async' && !/late|fails/.test(text)) continue
        expect(walked).toEqual(await outcome(text, mode, how, 'compiled'))
      }
    }
  }
})

test.each(
  [
  '{{ self }}', '{% macro m() %}{% endmacro %}', '{% set a %}b{% endset %}', '{% set n.a = 1 %}', '{% filter upper %}{% endfilter %}', '{% for a in b if a %}{% endfor %}', '{% for a in b recursive %}{% endfor %}',
  '{% for a in b %}{% else %}c{% endfor %}', '{% for a in b %}{% break %}{% endfor %}', '{% for a in b %}{% set loop = 1 %}{% endfor %}', '{% with a = 1 %}{% endwith %}', '{% call f() %}{% endcall %}', '{% block a %}{% endblock %}',
] /* biome-ignore format: one list */,
)('left to the compiler: %s', async (text) => {
  for (const flavour of ['sync', 'async'] as const)
    expect(await outcome(text, 'text', { silent: false, flavour }, 'direct')).toBe('not direct')
})
