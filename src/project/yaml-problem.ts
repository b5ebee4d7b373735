import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import type { YamlError } from '../jinja/python/yaml.ts'
import { positionReader } from './yaml-positions.ts'

interface Diagnosis {
  /** What `yaml` says of it. */
  readonly said: RegExp
  readonly text?: string
  readonly hint: string
  /** The fast reader's place is the better one. */
  readonly atMark?: boolean
}

/** The mistakes that people make, in words for people; the first sentence of the first is PyYAML's, which is searched for. */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    said: /^Nested mappings are not allowed/,
    text: 'mapping values are not allowed here',
    hint: 'put a value that holds ": " in quotes; if this is a key, begin it in the same column as its neighbours',
    atMark: true,
  },
  {
    said: /^Implicit keys need to be on a single line/,
    text: 'mapping values are not allowed here',
    hint: 'is a colon missing at the end of this line?',
  },
  {
    said: /^Missing closing/,
    text: 'the quote that begins here has no end',
    hint: "close it; inside of single quotes, write a quote as two: ''",
  },
  { said: /^Flow sequence in block/, text: "expected ',' or ']'", hint: 'a list that begins with [ must end with ]' },
  {
    said: /^Flow map in block/,
    text: "expected ',' or '}'",
    hint: 'a mapping that begins with { must end with }; Jinja as a value must be in quotes: "{{ ... }}"',
  },
  {
    said: /^(Sequence item without - indicator|All mapping items must start at the same column)/,
    text: 'the indentation does not fit the lines above',
    hint: 'keys of one mapping begin in the same column',
  },
  {
    said: /^Unexpected scalar at node end/,
    text: 'text after the end of the value',
    hint: 'put the whole value in quotes',
  },
  { said: /^Plain value cannot start with/, hint: 'put the value in quotes' },
  { said: /^Tabs are not allowed/, hint: 'YAML does not allow tabs for indentation: use spaces' },
  {
    said: /^Implicit map keys need to be followed/,
    text: "could not find expected ':'",
    hint: 'a key ends with a colon; the lines of a text that begins with | or > must be indented',
  },
]

/**
 * What is wrong in a YAML file and what to do, at its place (`Syntax error near line 5: ...`, dbt's first words).
 * The careful reader looks for the place; where it finds nothing wrong, the fast reader's own reason stands.
 */
export function yamlProblem(file: SourceFile, cause: YamlError): QuernError {
  const document = positionReader().parseDocument(file.text, { version: '1.1', merge: true, uniqueKeys: false })
  const [problem] = document.errors
  if (problem === undefined || /call stack/.test(problem.message))
    return problemAt(file, cause, cause.mark.position, ownText(cause.reason), ownHint(cause.reason))
  const said = problem.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
  const diagnosis = DIAGNOSES.find((one) => one.said.test(said))
  const start =
    diagnosis?.atMark === true
      ? cause.mark.position
      : said.startsWith('Missing closing')
        ? openingQuote(file.text, problem.pos[0])
        : problem.pos[0]
  return problemAt(file, cause, start, diagnosis?.text ?? said, diagnosis?.hint)
}

function problemAt(file: SourceFile, cause: YamlError, position: number, text: string, hint?: string): QuernError {
  const start = Math.min(position, file.text.length)
  const at: Span = { file, start, end: start + 1 }
  return new QuernError('Runtime', 'yaml_syntax', `Syntax error near line ${file.position(start).line}: ${text}`, {
    at,
    hint,
    cause,
  })
}

const ownText = (reason: string): string =>
  /call stack|maxDepth|nesting/i.test(reason) ? 'lists or mappings are nested too deeply' : reason

const ownHint = (reason: string): string | undefined =>
  reason === 'found unhashable key' ? 'Jinja as a value must be in quotes: "{{ ... }}"' : undefined

/** The quote that is open at `end`: the first of its kind that begins a value and is followed by no other of its kind. */
function openingQuote(text: string, end: number): number {
  const before = text.slice(0, end)
  const found = [...before.matchAll(/(?<=^|[:\-,[{]\s*|\n\s*)(['"])/g)].filter((match) => {
    const rest = before.slice(match.index + 1)
    return !(match[1] === "'" ? rest.replaceAll("''", '') : rest.replace(/\\./g, '')).includes(match[1]!)
  })
  return found[0]?.index ?? Math.max(0, end - 1)
}
