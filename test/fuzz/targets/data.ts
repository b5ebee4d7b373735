import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDotenv } from '../../../src/cli/environment.ts'
import { csvTable } from '../../../src/cli/seeds/csv-table.ts'
import { scanCsv } from '../../../src/cli/seeds/scan-csv.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { strptime } from '../../../src/jinja/python/datetime/strptime.ts'
import { patternOf } from '../../../src/jinja/python/regex/pattern.ts'
import { literalEval } from '../../../src/jinja/runtime/literal-eval.ts'
import { repr } from '../../../src/jinja/runtime/text.ts'
import { TemplateFault, type Value } from '../../../src/jinja/runtime/value.ts'
import { parseDbtignore } from '../../../src/project/dbtignore.ts'
import { readText, withoutMark } from '../../../src/project/read-file.ts'
import { InvalidVersion, intersect, parseVersionSpec, satisfies } from '../../../src/project/version-spec.ts'
import { CsvBlocks, UnusualCsv } from '../../../src/util/csv-blocks.ts'
import { readPythonCsv } from '../../../src/util/python-csv.ts'
import type { Random } from '../random.ts'
import { badTexts, textsBelow } from '../seeds.ts'
import { answerOf, type FuzzTarget, laterAnswerOf, same } from '../target.ts'

/** A folder of this process, in memory where there is one. */
export const SCRATCH = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'quern-fuzz-'))
process.on('exit', () => rmSync(SCRATCH, { recursive: true, force: true }))

const cells = (rows: Iterable<readonly Value[]>): string =>
  Array.from(rows, (row) => row.map((value) => repr(value)).join('|')).join('\n')

/** The two ways of reading a seed, which have to make the same table of it. */
async function readSeed(text: string): Promise<void> {
  for (const delimiter of [',', ';']) {
    const path = join(SCRATCH, 'seed.csv')
    writeFileSync(path, text)
    const file = { path, shown: 'seeds/s.csv', delimiter, textColumns: ['b'], signal: new AbortController().signal }
    const scanned = await laterAnswerOf(() => scanCsv(file))
    const read = answerOf(() => csvTable(new SourceFile('seeds/s.csv', readText(path, 's')), delimiter, ['b']))
    if (scanned === undefined) continue
    if (read === undefined) throw new Error('what is refused as a whole was read in pieces')
    same('names', scanned.columnNames.join('|'), read.columnNames.join('|'))
    same(
      'types',
      scanned.columnTypes.map((type) => type.typeName).join('|'),
      read.columnTypes.map((type) => type.typeName).join('|'),
    )
    same('rows', cells(scanned.rowTuples()), cells(read.rowTuples()))
  }
}

const CELLS = ['1', '2.5', '-3', '1e5', '', ' ', 'a', 'b c', '"q"', '"a,b"', '"x\ny"', '"d""q"', '2024-01-02', '2024-01-02 03:04:05', '2024-01-02T03:04:05Z', 'true', 'NO', 'null', 'N/A', '$1,000', '5%', '1_000', '٣', 'é', '😀', '00123', '1 day', '99999999999999999999', '0x10', 'nan', '+5', '.5', '5.'] // biome-ignore format: one list

const csvText = (random: Random): string => {
  const width = 1 + random.below(5)
  const end = random.pick(['\n', '\n', '\r\n', '\r'])
  const kinds = Array.from({ length: width }, () => random.below(CELLS.length))
  const lines = [Array.from({ length: width }, (_, at) => random.pick(['a', 'b', 'B', '', 'c d', `c${at}`])).join(',')]
  for (let left = random.below(12); left > 0; left--)
    lines.push(kinds.map((kind) => (random.chance(0.7) ? CELLS[kind] : random.pick(CELLS))).join(','))
  return lines.join(end) + (random.chance(0.7) ? end : '')
}

export const csv: FuzzTarget = {
  name: 'csv',
  share: 3,
  seeds: [
    ...textsBelow('test/projects', /\.csv$/, 1500),
    ...badTexts(/\.csv$/),
    'a,b\n1,x\n',
    'a;b\n1;2\n',
    '"a","b"\n"1","2"\n',
  ],
  words: [',', ';', '"', '""', '\n', '\r\n', '\r', '\n\n', ...CELLS],
  grammar: csvText,
  run: readSeed,
}

/** Blocks of any size have to give the records that the whole text gives. */
async function readInBlocks(text: string): Promise<void> {
  const bytes = Buffer.from(withoutMark(text))
  const [header] = readPythonCsv(withoutMark(bytes.toString('utf8')), ',')
  const read = async (buffer: Uint8Array, offset: number, length: number): Promise<number> => {
    const part = bytes.subarray(at, at + Math.min(length, 7))
    buffer.set(part, offset)
    at += part.length
    return part.length
  }
  let at = 0
  const blocks = new CsvBlocks(read, ',')
  const found = await laterAnswerOf(async () => await blocks.header(), [UnusualCsv])
  if (found === undefined) return
  same('the header', found.join('|'), header?.cells.join('|'))
  while ((await laterAnswerOf(async () => await blocks.next(), [UnusualCsv])) !== undefined) {
    // to the end
  }
}

export const csvBlocks: FuzzTarget = { ...csv, name: 'csv-blocks', share: 3, run: readInBlocks }

export const dotenv: FuzzTarget = {
  name: 'dotenv',
  share: 2,
  seeds: [
    'A=1\nexport B="x\\ny"\n# c\nC=\'lit\'\nD=a b # c\n',
    'A="multi\nline"\n',
    'A\n=\nB=\n',
    'A=a#b #c\n',
    'X=\'a\'b\nY="a"b\n',
  ],
  words: ['=', '#', '"', "'", '\n', 'export ', '\\', ' ', 'A', '\r\n', '${A}'],
  run: (text) => {
    for (const [name, value] of parseDotenv(text))
      if (typeof name !== 'string' || typeof value !== 'string') throw new Error('no text')
  },
}

export const literals: FuzzTarget = {
  name: 'literals',
  share: 3,
  seeds: [
    "{'a': [1, 2.5, (3,)], 'b': {4, 5}, 'c': None}",
    'r"\\x" b"y" """z"""',
    '-1e5 + 2j',
    '0x_ff',
    "'a' 'b'",
    '[[[]]]',
    '(1)',
    'True',
    "u'\\u00e9\\N{DIGIT ONE}'",
  ],
  words: [
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    "'",
    '"',
    '"""',
    '\\',
    '\n',
    '#',
    '1',
    '.',
    'e',
    'j',
    '_',
    'None',
    'set()',
    '-',
    '+',
    'b',
    'r',
    'f',
    'é',
  ],
  run: (text) => {
    const value = answerOf(() => literalEval(text), [TemplateFault])
    if (value === undefined) return
    const shown = repr(value)
    const again = answerOf(() => repr(literalEval(shown)), [TemplateFault])
    if (again !== undefined) same('written and read again', again, shown)
  },
}

const REGEX = ['(', ')', '(?:', '(?P<n>', '(?P=n)', '(?=', '(?!', '(?<=', '(?<!', '(?i)', '(?x)', '(?(1)a|b)', '[', ']', '[^', '-', '\\d', '\\w', '\\b', '\\A', '\\Z', '\\1', '\\x41', '\\u00e9', '\\N{BULLET}', '*', '+', '?', '{2}', '{1,3}', '{,2}', '*?', '*+', '|', '^', '$', '.', 'a', 'b', ' ', '#', '\\', '\n', 'é', '😀'] // biome-ignore format: one list

export const regexes: FuzzTarget = {
  name: 'regexes',
  share: 3,
  seeds: [
    '^(a|b)*c$',
    '(?P<y>\\d{4})-(?P<m>\\d\\d)',
    '[\\w.-]+@[^\\s]+',
    '(?i)select\\s+(.*?)\\s+from',
    '(a)(?(1)b|c)',
    '\\b\\w+\\b',
    '(?x) a # c\n b',
    '[]a]',
    '[^]]',
  ],
  words: REGEX,
  grammar: (random) => Array.from({ length: 1 + random.below(12) }, () => random.pick(REGEX)).join(''),
  run: (text) => {
    for (const flags of [0, 2, 8, 64]) {
      answerOf(() => {
        const pattern = patternOf(text, flags)
        pattern.findAll('ab a.b 2024-01-02\néß😀')
        pattern.find('aab', 'fullmatch')
        pattern.split('a b', 0)
        return pattern.pyRepr()
      }, [TemplateFault])
    }
  },
}

export const times: FuzzTarget = {
  name: 'times',
  share: 2,
  seeds: [
    '2024-01-02 03:04:05\0%Y-%m-%d %H:%M:%S',
    'Tue Jan  2\0%a %b %d',
    '02/Jan/24 PM\0%d/%b/%y %p',
    '1 52\0%U %j',
    '+01:00 UTC\0%z %Z',
    '%\0%%',
  ],
  words: [
    '%Y',
    '%m',
    '%d',
    '%H',
    '%I',
    '%p',
    '%M',
    '%S',
    '%f',
    '%z',
    '%Z',
    '%j',
    '%U',
    '%W',
    '%w',
    '%G',
    '%V',
    '%u',
    '%a',
    '%A',
    '%b',
    '%B',
    '%c',
    '%x',
    '%X',
    '%%',
    '%',
    '%-d',
    ' ',
    '1',
    '2024',
    '31',
    'Feb',
    '\0',
  ],
  run: (text) => {
    const [value = '', format = ''] = text.split('\0')
    answerOf(() => strptime(value, format), [TemplateFault])
  },
}

export const ignored: FuzzTarget = {
  name: 'dbtignore',
  share: 1,
  seeds: ['models/**/x.sql\n!models/keep.sql\n# c\n*.tmp\n/a/\n', '[a-z]*.sql\n', '\\#x\n\\!y\n', '**\n'],
  words: ['*', '**', '/', '!', '#', '[', ']', '?', '\\', '\n', ' ', '.sql', 'models', '../', './'],
  run: (text) => {
    const accepts = answerOf(() => parseDbtignore(text))
    for (const path of ['models/a.sql', 'models/b/x.sql', 'seeds/ü .csv'])
      if (typeof accepts?.(path) === 'object') throw new Error('no answer')
  },
}

export const versions: FuzzTarget = {
  name: 'versions',
  share: 2,
  seeds: ['>=1.0.0,<2.0.0', '=1.2.3-rc1+b', '>1.0.0', '1.0', '>=1.0.0-alpha.1', '<=99.99.99'],
  words: [
    '>',
    '<',
    '=',
    '>=',
    '<=',
    '!=',
    '~',
    ',',
    '.',
    '1',
    '0',
    '10',
    '-rc1',
    '+b',
    'a',
    ' ',
    '*',
    '99999999999999999999',
  ],
  run: (text) => {
    const bounds = answerOf(() => parseVersionSpec(text), [InvalidVersion])
    if (bounds === undefined) return
    intersect(bounds)
    satisfies('1.2.3', bounds)
  },
}
