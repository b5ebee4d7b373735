import { SourceFile } from '../../../src/errors/source-file.ts'
import { type Flavour, newLimits, type RenderContext } from '../../../src/jinja/names.ts'
import { float, PyDict, PyFunction, tuple, type Value } from '../../../src/jinja/runtime/value.ts'
import { Template, type TemplateOptions } from '../../../src/jinja/template.ts'

/** A template whose macros have Jinja2's plain names. */
export const template = (text: string, options: TemplateOptions = {}): Template =>
  Template.parse(new SourceFile('models/m.sql', text), { macroNames: 'plain', ...options })

export const context = (
  names: Readonly<Record<string, Value>> = {},
  flavour: Flavour = 'sync',
  more: Partial<RenderContext> = {},
): RenderContext => ({
  names: { lookup: (name) => (Object.hasOwn(names, name) ? names[name] : undefined) },
  flavour,
  undefinedMode: 'lenient',
  limits: newLimits(),
  ...more,
})

export const render = (text: string, names: Readonly<Record<string, Value>> = {}): string =>
  template(text).renderSync(context(names))

/** What the templates in jinja2-cases.json were rendered with; `af` waits before it answers when `flavour` is async. */
export const caseNames = (flavour: Flavour): Record<string, Value> => {
  const leaf = (n: number): PyDict =>
    PyDict.from([
      ['n', n],
      ['c', []],
    ])
  const answer = (args: readonly Value[]): Value => (args.length > 0 ? args[0]! : 'af')
  return {
    a: 1,
    b: 2,
    s: 'hello',
    xs: [1, 2, 3],
    ys: ['x', 'y'],
    d: PyDict.from([
      ['k', 'v'],
      ['n', 5],
    ] as [Value, Value][]),
    f: float(2),
    t: tuple(1, 2),
    nested: [
      [1, 2],
      [3, [4]],
    ],
    pairs: [tuple(1, 'a'), tuple(2, 'b')],
    none_: null,
    e: [],
    tree: [
      PyDict.from([
        ['n', 1],
        ['c', [leaf(2)]],
      ] as [Value, Value][]),
      leaf(3),
    ],
    af: new PyFunction('af', flavour === 'sync' ? answer : async (args) => answer(args)),
  }
}

/** The error that `run` throws. */
export function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
