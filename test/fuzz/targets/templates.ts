import { SourceFile } from '../../../src/errors/source-file.ts'
import { topLevelBlocks } from '../../../src/jinja/blocks.ts'
import { compileTemplate } from '../../../src/jinja/compile/compile.ts'
import { directTemplate } from '../../../src/jinja/compile/direct.ts'
import type { OutputMode } from '../../../src/jinja/compile/emitter.ts'
import { Rendering } from '../../../src/jinja/compile/rendering.ts'
import { MacroReturn } from '../../../src/jinja/macro-return.ts'
import { newLimits, type RenderContext } from '../../../src/jinja/names.ts'
import { pythonModules } from '../../../src/jinja/python/modules.ts'
import { repr, toText } from '../../../src/jinja/runtime/text.ts'
import { float, PyDict, PyFunction, tuple, type Value } from '../../../src/jinja/runtime/value.ts'
import type { Root } from '../../../src/jinja/syntax/ast.ts'
import { Template } from '../../../src/jinja/template.ts'
import type { Random } from '../random.ts'
import { badTexts, textsBelow } from '../seeds.ts'
import { answerOf, type FuzzTarget, same } from '../target.ts'

/** What templates are rendered with: the kinds of values that dbt's names have, with nothing behind them. */
function names(): Record<string, Value> {
  const answer = (name: string): PyFunction => new PyFunction(name, (args) => (args.length > 0 ? args[0]! : name))
  return {
    a: 1,
    b: 'text é😀',
    xs: [1, 2, 3],
    d: PyDict.from([
      ['k', 'v'],
      ['n', 5],
    ] as [Value, Value][]),
    plain: { one: 1, two: [1, { three: null }] },
    f: float(2.5),
    t: tuple(1, 'a'),
    none_: null,
    big: 12345678901234567890n,
    ref: answer('ref'),
    source: answer('source'),
    config: answer('config'),
    var: answer('var'),
    env_var: answer('env_var'),
    modules: pythonModules({ now: () => 1_700_000_000_000 }),
  }
}

/** A rendering that may go round some thousands of times. */
function context(silent: boolean): RenderContext {
  const known = names()
  const limits = newLimits()
  limits.iterations = 19_990_000
  return {
    names: { lookup: (name) => (Object.hasOwn(known, name) ? known[name] : undefined) },
    flavour: 'sync',
    undefinedMode: silent ? 'silent' : 'lenient',
    limits,
  }
}

/** Rendered text or value, or the error; objects have addresses in no text. */
function outcome(file: SourceFile, root: Root, mode: OutputMode, silent: boolean, walked: boolean): string | undefined {
  const frame = { kind: 'model', name: 'm' }
  let result: unknown
  try {
    const made = (walked ? directTemplate : compileTemplate)(file, root, 'sync', mode, frame)
    if (made === undefined) return undefined
    const asked = context(silent)
    result = made(mode === 'native' ? Rendering.native(asked) : Rendering.of(asked))
  } catch (error) {
    if (error instanceof MacroReturn) return 'return'
    answerOf(() => {
      throw error
    })
    return `${(error as Error).message} at ${JSON.stringify([(error as { at?: { start: number } }).at?.start])}`
  }
  return mode === 'native' ? (answerOf(() => repr(result as Value[])) ?? 'no text') : toText(result as string)
}

const CHANCE = /random|shuffle|lipsum|now\b|today|pprint/

function renderTemplate(text: string): void {
  const file = new SourceFile('models/m.sql', text)
  const template = answerOf(() => Template.parse(file, { macroNames: 'plain' }))
  if (template === undefined || template.isStatic) return
  answerOf(() => template.staticCalls())
  answerOf(() => template.calledNames())
  answerOf(() => template.macros.map((macro) => macro.name))
  for (const [mode, silent] of [
    ['text', false],
    ['native', true],
  ] as const) {
    const compiled = outcome(file, template.ast, mode, silent, false)
    const walked = outcome(file, template.ast, mode, silent, true)
    if (
      walked !== undefined &&
      !CHANCE.test(text) &&
      !/too (large|long)|come to an end|recursion|Memory/.test(`${walked}${compiled}`)
    )
      same(`walked and compiled (${mode})`, walked, compiled)
  }
}

const VALUES = ['1', '0', '-1', '2.5', "'a'", '"b c"', 'none', 'true', 'xs', 'd', 't', 'f', 'a', 'b', 'big', 'plain', 'missing', '[]', '{}', '()', 'none_', "'%s %d'", "'{} {:>5}'", '1e308', '10**20'] as const // biome-ignore format: one list
const FILTERS = ['abs', 'attr("k")', 'batch(2)', 'capitalize', 'center(9)', 'count', 'default(1)', 'dictsort', 'e', 'escape', 'filesizeformat', 'first', 'float', 'forceescape', 'format(1)', 'groupby("k")', 'indent(2)', 'int', 'items', 'join("-")', 'last', 'length', 'list', 'lower', 'map("upper")', 'map(attribute="k")', 'max', 'min', 'pprint', 'reject("none")', 'rejectattr("k")', 'replace("a", "b")', 'reverse', 'round(2)', 'safe', 'select("odd")', 'selectattr("k")', 'slice(2)', 'sort', 'string', 'striptags', 'sum', 'title', 'tojson', 'trim', 'truncate(3)', 'unique', 'upper', 'urlencode', 'urlize', 'wordcount', 'wordwrap(3)', 'xmlattr', 'as_text', 'as_bool', 'as_number'] as const // biome-ignore format: one list
const METHODS = ['upper()', 'split(" ")', 'join(xs)', 'format(1, 2)', 'replace("a", "bb")', 'items()', 'keys()', 'get("k")', 'append(1)', 'update({"z": 1})', 'strip()', 'zfill(5)', 'encode()', 'count("a")', 'index("a")', 'splitlines()', 'partition("a")', 'translate({97: "b"})', 'isdigit()', 'rsplit(none, 1)', 'expandtabs()', 'center(10, "*")', 'startswith(("a",))', 'pop()', 'sort()', 'insert(0, 1)', 'extend(xs)', 'setdefault("q", [])', 'as_integer_ratio()', 'is_integer()', 'hex()', 'bit_length()', 'to_bytes(8, "big")', 'conjugate()', '__class__', 'title()', 'casefold()', 'maketrans("a", "b")', 'format_map(d)'] as const // biome-ignore format: one list
const MODULES = ["modules.re.sub('(a)(b)?', '\\\\1', b)", "modules.re.findall('\\\\w+', 'a b c')", "modules.re.match('(?P<n>\\\\d)', '12').groupdict()", "modules.datetime.datetime(2024, 1, 31, 12)", "modules.datetime.datetime.strptime('2024-01-02', '%Y-%m-%d')", 'modules.datetime.timedelta(days=3, hours=-5)', "modules.datetime.date(2024, 2, 29).strftime('%A %j %U %c')", "modules.pytz.timezone('Europe/Berlin')", 'modules.itertools.product(xs, xs) | list', 'modules.itertools.islice(xs, 2) | list', 'modules.itertools.permutations(xs, 2) | list', "modules.datetime.time(1, 2).isoformat()"] as const // biome-ignore format: one list
const TESTS = ['defined', 'none', 'odd', 'divisibleby(2)', 'string', 'in xs', 'mapping', 'eq(1)', 'sameas(1)', 'iterable', 'number', 'lower', 'sequence', 'callable', 'filter', 'test', 'boolean', 'float', 'integer', 'gt("a")'] as const // biome-ignore format: one list
const OPERATORS = ['+', '-', '*', '/', '//', '%', '**', '~', 'and', 'or', '==', '!=', '<', '>=', 'in', 'not in', 'is not'] as const // biome-ignore format: one list

function expression(random: Random, depth: number): string {
  const below = (): string => expression(random, depth - 1)
  if (depth <= 0) return random.pick(VALUES)
  switch (random.below(14)) {
    case 0:
      return `(${below()} ${random.pick(OPERATORS.slice(0, 8))} ${below()})`
    case 1:
      return `${below()} ${random.pick(OPERATORS.slice(8, 16))} ${below()}`
    case 2:
      return `${below()} | ${random.pick(FILTERS)}`
    case 3:
      return `(${below()}).${random.pick(METHODS)}`
    case 4:
      return `(${below()})[${below()}]`
    case 5:
      return `(${below()})[${random.chance(0.5) ? below() : ''}:${random.chance(0.5) ? below() : ''}${random.chance(0.3) ? `:${below()}` : ''}]`
    case 6:
      return `[${below()}, ${below()}]`
    case 7:
      return `{${below()}: ${below()}}`
    case 8:
      return `(${below()} if ${below()} else ${below()})`
    case 9:
      return `${below()} is ${random.chance(0.3) ? 'not ' : ''}${random.pick(TESTS)}`
    case 10:
      return `${random.pick(['not ', '-', '+'])}${below()}`
    case 11:
      return `${random.pick(['range', 'dict', 'namespace', 'joiner', 'cycler', 'ref', 'var', 'config', 'lipsum'])}(${random.chance(0.6) ? below() : ''}${random.chance(0.2) ? `, *${below()}` : ''}${random.chance(0.2) ? `, k=${below()}` : ''}${random.chance(0.1) ? `, **${below()}` : ''})`
    case 12:
      return random.pick(MODULES)
    default:
      return random.pick(VALUES)
  }
}

function statement(random: Random, depth: number): string {
  const inner = (): string => (depth <= 0 ? ' x ' : statement(random, depth - 1))
  const value = (): string => expression(random, 1 + random.below(3))
  switch (random.below(14)) {
    case 0:
      return `{% if ${value()} %}${inner()}{% elif ${value()} %}${inner()}{% else %}${inner()}{% endif %}`
    case 1:
      return `{% for i in ${value()} %}${inner()}{{ loop.${random.pick(['index', 'last', 'length', 'previtem', 'nextitem', 'cycle(1, 2)', 'changed(i)', 'revindex', 'depth'])} }}${random.chance(0.2) ? random.pick(['{% break %}', '{% continue %}']) : ''}{% else %}${inner()}{% endfor %}`
    case 2:
      return `{% for i, j in ${value()} if ${value()} %}${inner()}{% endfor %}`
    case 3:
      return `{% set v = ${value()} %}{{ v }}`
    case 4:
      return `{% set v %}${inner()}{% endset %}{{ v }}`
    case 5:
      return `{% macro m(p, q=${value()}) %}${inner()}{{ p }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(${value()}, ${value()}) }}`
    case 6:
      return `{% call(c) m(${value()}) %}${inner()}{% endcall %}`
    case 7:
      return `{% filter ${random.pick(FILTERS)} %}${inner()}{% endfilter %}`
    case 8:
      return `{% do ${value()} %}`
    case 9:
      return `{% with v = ${value()} %}${inner()}{% endwith %}`
    case 10:
      return `{% set ns = namespace(v=${value()}) %}{% set ns.v = ${value()} %}{{ ns.v }}`
    case 11:
      return `{%- raw %}${inner()}{% endraw -%}`
    case 12:
      return `{% block k %}${inner()}{% endblock %}{{ self.k() }}`
    default:
      return `{{ ${value()} }}`
  }
}

const WORDS = ['{{ ', ' }}', '{% ', ' %}', '{%- ', ' -%}', '{# ', ' #}', 'if ', 'for i in ', 'endfor', 'endif', 'else', 'macro m(', 'endmacro', 'call ', 'set ', 'do ', 'raw', 'endraw', 'block ', 'filter ', 'snapshot s', 'test t(', 'docs d', 'materialization m, default', 'recursive', ' is ', ' not ', ' in ', '|', '(', ')', '[', ']', '{', '}', ',', ':', "'", '"', '\\', '~', '**', '//', '.', ' if ', ' else ', 'loop', 'self', 'caller()', 'varargs', 'kwargs', 'namespace(', ...FILTERS, ...VALUES, ...METHODS] // biome-ignore format: lists of words

export const templates: FuzzTarget = {
  name: 'templates',
  share: 6,
  seeds: [
    ...textsBelow('test/jinja-corpus', /\.sql$/),
    ...textsBelow('sample_project', /\.sql$/),
    ...textsBelow('adapters', /\.sql$/),
    ...badTexts(/\.sql$/),
  ],
  words: WORDS,
  grammar: (random) => Array.from({ length: 1 + random.few(4) }, () => statement(random, random.below(3))).join(''),
  run: renderTemplate,
}

/** Files whose blocks are found without reading what is in them. */
export const blocks: FuzzTarget = {
  name: 'blocks',
  share: 3,
  seeds: [
    ...textsBelow('test/jinja-corpus', /\.(md|sql)$/),
    ...textsBelow('sample_project', /\.md$/),
    ...textsBelow('test/projects', /\.md$/),
  ],
  words: WORDS,
  run: (text) => {
    const file = new SourceFile('models/d.md', text)
    const found = answerOf(() => topLevelBlocks(file, ['docs', 'snapshot', 'macro', 'test']))
    for (const block of found ?? []) {
      const { span, bodySpan } = block
      if (span.start > bodySpan.start || bodySpan.end > span.end) throw new Error('a body outside of its block')
      same('the body of a block', block.text, text.slice(bodySpan.start, bodySpan.end))
    }
  },
}
