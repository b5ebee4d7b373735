import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quern } from '../../src/index.ts'
import { inFolder, newFolder } from './library-project.ts'

/** The project of docs/diff.md, as production has it. */
const PRODUCTION: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': JSON.stringify({
    shop: {
      target: 'dev',
      outputs: {
        dev: { type: 'duckdb', path: 'dev.duckdb', schema: 'main' },
        prod: { type: 'duckdb', path: 'prod.duckdb', schema: 'main' },
      },
    },
  }),
  'seeds/payments.csv': 'id,order_id,cents,status\n1,1,1000,paid\n2,2,2550,paid\n3,2,450,refunded\n4,3,999,paid\n',
  'models/stg_payments.sql': "select id, order_id, {{ euros('cents') }} as amount, status from {{ ref('payments') }}\n",
  'models/orders.sql': `{{ config(materialized='table') }}

select
    order_id,
    sum(amount) as amount,
    count(*) as payments
from {{ ref('stg_payments') }}
group by 1
`,
  'models/revenue.sql': "select sum(amount) as revenue from {{ ref('orders') }}\n",
  'macros/euros.sql': '{% macro euros(cents) %}{{ cents }} / 100{% endmacro %}\n',
  'models/schema.yml': `models:
  - name: orders
    columns: [{name: order_id, data_tests: [unique, not_null]}]
exposures:
  - {name: board, type: dashboard, owner: {name: Finance}, depends_on: [ref('revenue')]}
`,
}

/** What the pull request of docs/diff.md changes. */
const CHANGED: Readonly<Record<string, string>> = {
  'models/orders.sql': `{{ config(materialized='table') }}

select
    order_id,
    sum(amount) as amount,
    max(status) as status
from {{ ref('stg_payments') }}
where status <> 'refunded'
group by 1
`,
}

/** Builds both sides in a new folder, with the artifacts of production in `prod-artifacts`. */
export async function diffExample(): Promise<string> {
  const folder = newFolder(PRODUCTION)
  const built = async (target: string, targetPath: string): Promise<void> => {
    const end = await quern.build({ target, targetPath }, inFolder(folder))
    if (!end.success) throw new Error(end.output)
  }
  await built('prod', 'prod-artifacts')
  for (const [path, text] of Object.entries(CHANGED)) writeFileSync(join(folder, path), text)
  await built('dev', 'target')
  return folder
}
