/**
 * Python's `fnmatchcase`: `*`, `?`, `[seq]`, `[!seq]` over the whole text; `*` also crosses `/` and `.`.
 * Returns a test; patterns without a wildcard are compared as they are.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  if (!/[*?[]/.test(pattern)) return (text) => text === pattern
  const expression = new RegExp(`^${translate(pattern, '[\\s\\S]', counter())}$`, 'u')
  return (text) => expression.test(text)
}

/**
 * Python's `Path.glob` for a pattern relative to a root: `*`, `?`, `[]` stay within one folder name, `**` spans folders.
 * A trailing slash and `./` mean nothing. `a/**` is `a` itself and all below it.
 */
export function pathGlob(pattern: string): (path: string) => boolean {
  const parts = pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .filter((part, at, all) => part !== '**' || all[at + 1] !== '**')
  const next = counter()
  let expression = ''
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1
    if (part === '**') expression += last ? '(?:[^/]+(?:/|$))*' : '(?:[^/]+/)*'
    else if (parts[at + 1] === '**' && at + 2 === parts.length)
      return compile(`${expression}${translate(part, '[^/]', next)}(?:/.*)?`)
    else expression += translate(part, '[^/]', next) + (last ? '' : '/')
  }
  return compile(expression)
}

const compile = (expression: string): ((path: string) => boolean) => {
  const compiled = new RegExp(`^${expression}$`, 'u')
  return (path) => compiled.test(path)
}

/** True when a part of a selector needs matching rather than comparing. */
export const hasWildcard = (text: string): boolean => /[*?[\]]/.test(text)

/** Numbers for the groups of one expression. */
function counter(): () => number {
  let count = 0
  return () => count++
}

/**
 * The expression for a pattern. What stands between two stars is taken where it first comes and never looked for elsewhere (as in Python's fnmatch): that
 * changes no answer, and a pattern of many stars cannot take for ever.
 */
function translate(pattern: string, one: string, next: () => number): string {
  const [first, ...others] = segments(pattern, one)
  const last = others.pop()
  if (last === undefined) return first!
  const middle = others
    .filter((segment) => segment !== '')
    .map((segment) => {
      const group = `s${next()}`
      return `(?=(?<${group}>${one}*?${segment}))\\k<${group}>`
    })
  return `${first}${middle.join('')}${one}*${last}`
}

/** The expressions for what stands before, between and behind the stars. */
function segments(pattern: string, one: string): string[] {
  const found: string[] = []
  let out = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!
    if (char === '*') {
      found.push(out)
      out = ''
    } else if (char === '?') {
      out += one
    } else if (char === '[') {
      // `]` right after `[` or `[!` is an ordinary member; without an end the bracket is a plain character.
      const from = pattern[at + 1] === '!' ? at + 2 : at + 1
      const end = pattern.indexOf(']', from + 1)
      if (end === -1 || from >= pattern.length) {
        out += '\\['
        continue
      }
      const members = characterClass(pattern.slice(from, end))
      const negated = from === at + 2
      out += members === '' ? (negated ? one : '(?!)') : `[${negated ? '^' : ''}${members}]`
      at = end
    } else {
      out += escapeText(char)
    }
  }
  return [...found, out]
}

/** The inside of a class, with ranges that run backwards left out (Python matches nothing by them). */
function characterClass(text: string): string {
  const chars = [...text]
  let out = ''
  for (let at = 0; at < chars.length; at++) {
    const from = chars[at]!
    const to = chars[at + 2]
    if (chars[at + 1] === '-' && to !== undefined) {
      if (from <= to) out += `${escapeMember(from)}-${escapeMember(to)}`
      at += 2
    } else {
      out += escapeMember(from)
    }
  }
  return out
}

const escapeText = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char)
const escapeMember = (char: string): string => (/[\\^\]\-[]/.test(char) ? `\\${char}` : char)
