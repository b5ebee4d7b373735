import { isShare, readShare, shareAsSql } from '../config/share-condition.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { isGenericTest, type SqlNode } from '../manifest/node.ts'
import type { NodeRun } from './node-run.ts'

const CONDITIONS = ['error_if', 'warn_if'] as const

/** The rows that a generic test looks at: what its macro has as `model`, with `where` applied. */
const COUNT = "{{ get_tested_rows_sql(_dbt_generic_test_kwargs['model']) }}"

/**
 * A test whose thresholds in percent have become numbers, and how many rows it tests; the test as it is, with undefined, when it has no such thresholds.
 * Asks the database. Throws for singular tests, which have no tested relation.
 */
export async function withoutShares<N extends SqlNode>(
  node: N,
  run: NodeRun,
): Promise<{ readonly node: N; readonly rows: bigint | undefined }> {
  const shares = CONDITIONS.filter((name) => isShare(node.config[name] as Value))
  if (shares.length === 0) return { node, rows: undefined }
  if (!isGenericTest(node)) {
    throw new QuernError(
      'Runtime',
      'share_of_singular_test',
      `${shares[0]}: "${toText(node.config[shares[0] as string] as Value)}" of a singular test: there is no tested relation whose rows it could be a share of`,
      {
        hint: 'give a number of rows, or compute the share in the query of the test; generic tests know their relation',
      },
    )
  }
  const sql = await run.compiler.compileText(node, COUNT, run.session)
  const outcome = await run.session.executeSql(sql, { autoBegin: false, fetch: true })
  const rows = BigInt(toText(outcome.rows[0]?.[0] ?? 0))
  const config = { ...node.config }
  for (const name of shares) {
    const share = readShare(config[name] as Value)
    if (typeof share === 'object') config[name] = shareAsSql(share, rows)
  }
  return { node: { ...node, config }, rows }
}

/** ` (1.25% of 800 rows)` */
export const shownShare = (failures: number, rows: bigint): string => {
  const percent = rows === 0n ? 0 : Number(((failures * 100) / Number(rows)).toPrecision(6))
  return ` (${percent}% of ${rows} ${rows === 1n ? 'row' : 'rows'})`
}
