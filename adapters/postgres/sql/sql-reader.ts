import { byteOffsets } from '../../../src/lineage/byte-offsets.ts'
import { type NameRules, type SqlReader, UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { Query } from '../../../src/lineage/sql-tree.ts'
import type { Clash, Meeting, TypeFamily } from '../../../src/lineage/types.ts'
import { expression } from './expressions.ts'
import { asList, type Reading, unwrapped } from './nodes.ts'
import { query } from './queries.ts'

/** PostgreSQL's own parser, compiled to WebAssembly. */
export async function postgresReader(): Promise<SqlReader> {
  const { loadModule, parseSync, hasSqlDetails } = await import('libpg-query')
  await loadModule()
  return {
    rules,
    read: async (sql) => {
      if (sql === '') throw new UnreadableSql('there is no query')
      try {
        return read(sql, parseSync(sql))
      } catch (error) {
        if (!hasSqlDetails(error)) throw error
        throw new UnreadableSql(error.message, byteOffsets(sql)(error.sqlDetails?.cursorPosition ?? 0))
      }
    },
    close: () => {},
  }
}

function read(sql: string, parsed: { readonly stmts?: unknown }): Query {
  const [statement, more] = asList(parsed.stmts)
  if (statement === undefined) throw new UnreadableSql('there is no query')
  if (more !== undefined) throw new UnreadableSql('there is more than one statement')
  const [kind, select] = unwrapped((statement as { readonly stmt?: unknown }).stmt)
  if (kind !== 'SelectStmt') throw new UnreadableSql(`${kind.replace(/Stmt$/, '').toUpperCase()} is no query`)
  const offset = byteOffsets(sql)
  const reading: Reading = {
    // The tree leaves out a location of 0, at which no name can stand.
    place: ({ location }) => (typeof location === 'number' && location > 0 ? offset(location) : undefined),
    query: (fields) => query(reading, fields),
    expression: (node) => expression(reading, node),
  }
  return reading.query(select)
}

/** PostgreSQL compares nothing with anything of another family but dates with times of day, and times with intervals. */
function clash(left: TypeFamily, right: TypeFamily, meeting: Meeting): Clash | undefined {
  const pair = new Set([left, right])
  if (pair.has('date') && pair.has('timestamp')) return undefined
  return meeting === 'comparison' && pair.has('time') && pair.has('interval') ? undefined : 'refused'
}

/** The parser has folded what was not quoted, so that names are the same when their texts are. */
const rules: NameRules = {
  normalise: (name) => name,
  unquoted: (name) => name.toLowerCase(),
  sharedColumnsFirst: true,
  aliasesEverywhere: false,
  dottedFields: false,
  hiddenColumns: new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']),
  // The parser tells them from names.
  bareFunctions: new Set(),
  tableNames: (names) => names,
  types: { boolean: 'boolean', clash },
}
