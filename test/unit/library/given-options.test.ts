import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OPTIONS } from '../../../src/cli/flags-table.ts'
import { concernsCommand, type OptionSpec } from '../../../src/cli/option.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { toJson } from '../../../src/jinja/python/json.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { givenOptions } from '../../../src/library/given-options.ts'
import { ARGUMENTS, METHODS, type MethodName, optionName } from '../../../src/library/methods.ts'

const METHOD_NAMES = Object.keys(METHODS) as MethodName[]

/** A value of an option; texts that no command line would take for an option. */
function anyValue(option: OptionSpec): fc.Arbitrary<unknown> {
  const word = fc.stringMatching(/^[a-z+:*.]{1,8}$/)
  switch (option.kind) {
    case 'switch':
      return option.negatable ? fc.boolean() : fc.constant(true)
    case 'int':
      return fc.nat()
    case 'choice':
      return fc.constantFrom(...option.choices)
    case 'words':
      return fc.array(option.choices === undefined ? word : fc.constantFrom(...option.choices), { minLength: 1 })
    case 'list':
      return fc.array(word, { minLength: 1 })
    case 'yaml':
      return fc.dictionary(word, fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)))
    default:
      return word
  }
}

const circle: Record<string, unknown> = { twice: [1] }
circle['again'] = [circle]

describe('options of a method', () => {
  test.each(METHOD_NAMES)('%s: any options mean what the same command line means', (method) => {
    const options = OPTIONS.filter((option) => concernsCommand(METHODS[method], option))
    const entries = options.map((option) =>
      fc.option(
        anyValue(option).map((value) => [optionName(option), value] as const),
        { nil: undefined },
      ),
    )
    fc.assert(
      fc.property(fc.tuple(...entries), (chosen) => {
        const given = Object.fromEntries(chosen.filter((one) => one !== undefined))
        const argument = ARGUMENTS[method]
        if (argument !== undefined) given[argument.name] = 'word'
        const { parsed, argv } = givenOptions(method, given)
        expect(parsed).toEqual(parseArgv(argv))
      }),
      { numRuns: 25 },
    )
  })

  test('data becomes YAML that means the same', () => {
    const plain = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value as fc.Arbitrary<unknown>
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+$/), plain), (vars) => {
        const { parsed } = givenOptions('run', { vars })
        const [text] = [...parsed.given.values()] as [string]
        expect(JSON.parse(toJson(parseYaml(text)))).toEqual(JSON.parse(JSON.stringify(vars)))
      }),
    )
    const [text] = [...givenOptions('run', { vars: { big: 1e21, none: undefined } }).parsed.given.values()]
    expect(text).toBe('{"big": 1.0e+21}')
  })

  test('undefined and null are as good as absent, a text is a list of words', () => {
    const { parsed, argv } = givenOptions('build', { select: 'a+ b', exclude: undefined, selector: null, defer: false })
    expect([...parsed.given].map(([option, value]) => [option.key, value])).toEqual([
      ['select', ['a+', 'b']],
      ['defer', false],
    ])
    expect(givenOptions('build', { select: [], exclude: [] }).argv).toEqual(['build', '--select', ''])
    expect(argv).toEqual(['build', '--select', 'a+', 'b', '--no-defer'])
  })

  test.each([
    ['build', { full_refresh: true }, "quern.build has no option 'full_refresh'", "did you mean 'fullRefresh'?"],
    ['build', { selct: 'x' }, "quern.build has no option 'selct'", "did you mean 'select'?"],
    [
      'deps',
      { threads: 1 },
      "quern.deps has no option 'threads'",
      'options are those of the command line, in camelCase',
    ],
    [
      'build',
      { cwd: '/shop' },
      "quern.build has no option 'cwd'",
      'it belongs into the second object: quern.build({ ... }, { cwd })',
    ],
    ['build', ['orders'], 'The options of quern.build have to be an object', "such as { select: ['orders+'] }"],
    ['build', 'orders', 'The options of quern.build have to be an object', "such as { select: ['orders+'] }"],
    [
      'build',
      { vars: circle },
      "Option 'vars' of quern.build has to be an object of plain data, not an object",
      undefined,
    ],
    ['build', { threads: '4' }, "Option 'threads' of quern.build has to be a whole number, not a string", undefined],
    [
      'build',
      { fullRefresh: 'yes' },
      "Option 'fullRefresh' of quern.build has to be true or false, not a string",
      undefined,
    ],
    [
      'build',
      { select: [1] },
      "Option 'select' of quern.build has to be a text or a list of texts, not a list",
      undefined,
    ],
    ['build', { vars: '{a: 1}' }, "Option 'vars' of quern.build has to be an object, not a string", undefined],
    [
      'build',
      { vars: { at: new Date() } },
      "Option 'vars' of quern.build has to be an object of plain data, not an object",
      undefined,
    ],
  ] as const)('%s %j', (method, options, message, hint) => {
    expect(() => givenOptions(method, options as object)).toThrow(
      expect.objectContaining({ name: 'QuernError', kind: 'Usage', message, hint }),
    )
  })
})
