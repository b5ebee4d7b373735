import { PyIterator } from '../../runtime/iterate.ts'
import { PyClass } from '../../runtime/py-class.ts'
import { intArgument } from '../../runtime/str-methods.ts'
import { toText } from '../../runtime/text.ts'
import { hostFunction, tuple, type Value } from '../../runtime/value.ts'
import { patternOf, subjectText } from './pattern.ts'
import { FLAGS } from './translate.ts'

/** re.escape() */
const escapeText = (text: string): string => text.replace(/[\t\n\v\f\r #$&()*+\-.?[\\\]^{|}~]/g, '\\$&')

/** The module `re` as templates see it. */
export function regexModule(): Map<string, Value> {
  const finder = (name: 'search' | 'match' | 'fullmatch'): [string, Value] => [
    name,
    hostFunction(name, ['pattern', 'string', ['flags', 0]], (pattern, text, flags) =>
      patternOf(pattern!, intArgument(flags!)).find(subjectText(text!), name),
    ),
  ]
  const substitution = (name: 'sub' | 'subn'): [string, Value] => [
    name,
    hostFunction(name, ['pattern', 'repl', 'string', ['count', 0], ['flags', 0]], (pattern, by, text, count, flags) => {
      const result = patternOf(pattern!, intArgument(flags!)).substitute(by!, subjectText(text!), intArgument(count!))
      return name === 'sub' ? result[0] : tuple(...result)
    }),
  ]
  const flags = Object.entries({
    ...FLAGS,
    A: FLAGS.ASCII,
    I: FLAGS.IGNORECASE,
    L: FLAGS.LOCALE,
    M: FLAGS.MULTILINE,
    S: FLAGS.DOTALL,
    X: FLAGS.VERBOSE,
    U: FLAGS.UNICODE,
    NOFLAG: 0,
  })
  return new Map<string, Value>([
    finder('match'),
    finder('fullmatch'),
    finder('search'),
    substitution('sub'),
    substitution('subn'),
    [
      'split',
      hostFunction('split', ['pattern', 'string', ['maxsplit', 0], ['flags', 0]], (pattern, text, limit, flag) =>
        patternOf(pattern!, intArgument(flag!)).split(subjectText(text!), intArgument(limit!)),
      ),
    ],
    [
      'findall',
      hostFunction('findall', ['pattern', 'string', ['flags', 0]], (pattern, text, flag) =>
        patternOf(pattern!, intArgument(flag!)).findAll(subjectText(text!)),
      ),
    ],
    [
      'finditer',
      hostFunction(
        'finditer',
        ['pattern', 'string', ['flags', 0]],
        (pattern, text, flag) =>
          new PyIterator('callable_iterator', patternOf(pattern!, intArgument(flag!)).all(subjectText(text!))),
      ),
    ],
    [
      'compile',
      hostFunction('compile', ['pattern', ['flags', 0]], (pattern, flag) => patternOf(pattern!, intArgument(flag!))),
    ],
    ['escape', hostFunction('escape', ['pattern'], (text) => escapeText(subjectText(text!)))],
    ['purge', hostFunction('purge', [], () => null)],
    ['error', new PyClass('re.error', ([message]) => toText(message ?? ''))],
    ['Pattern', new PyClass('re.Pattern', ([pattern]) => patternOf(pattern ?? null, 0))],
    ['Match', new PyClass('re.Match', () => null)],
    ...flags,
  ])
}
