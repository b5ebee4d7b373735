/** A change of a file of the project: what stands there, and what is put in its place. */
export type Change = readonly [file: string, from: string, to: string]

/** A mistake: the changes that make it, in which `«` and `»` stand around the place that has to be found, and the rule that finds it. */
export interface Mistake {
  readonly changes: readonly Change[]
  readonly rule: string | Readonly<Record<'duckdb' | 'postgres', string | null>>
}

const CUSTOMERS = 'models/staging/stg_customers.sql'
const ORDERS = 'models/staging/stg_orders.sql'
const TICKETS = 'models/staging/stg_tickets.sql'
const FACTS = 'models/marts/fct_orders.sql'
const TOTALS = 'models/marts/customer_totals.sql'
const ACTIVITY = 'models/marts/activity.sql'
const COUNTRIES = 'models/marts/countries.sql'
const MOVES = 'models/marts/moves.sql'
const HISTORY = 'snapshots/customer_history.sql'

const unknown = (file: string, from: string, to: string): Mistake => ({
  changes: [[file, from, to]],
  rule: 'unknown-column',
})
const mistake = (rule: Mistake['rule'], ...changes: Change[]): Mistake => ({ changes, rule })
/** DuckDB makes one of the types out of the other; PostgreSQL does not. */
const MIXED = { duckdb: 'mixed-types', postgres: 'type-mismatch' } as const

export const MISTAKES: readonly Mistake[] = [
  unknown(CUSTOMERS, 'id as customer_id', '«idd» as customer_id'),
  unknown(CUSTOMERS, 'name as customer_name', '«nmae» as customer_name'),
  unknown(CUSTOMERS, 'lower(email)', 'lower(«e_mail»)'),
  unknown(CUSTOMERS, '        country,', '        «contry»,'),
  unknown(CUSTOMERS, 'signed_up_on\n', '«signed_up»\n'),
  unknown(CUSTOMERS, 'select * from renamed', 'select *, «total» from renamed'),
  unknown(ORDERS, 'id as order_id', '«order_number» as order_id'),
  unknown(ORDERS, '    customer_id,', '    «custmer_id»,'),
  unknown(ORDERS, "status = '{{", "«state» = '{{"),
  unknown(ORDERS, '    amount,', '    «amont»,'),
  unknown(ORDERS, '    is_gift,', '    «is_gfit»,'),
  unknown(FACTS, '        orders.order_id,', '        «orders.ordr_id»,'),
  unknown(FACTS, "{{ in_cents('orders.amount') }}", "{{ «in_cents('orders.amnt')» }}"),
  unknown(FACTS, 'orders.is_paid', '«orders.is_payed»'),
  unknown(FACTS, 'partition by orders.customer_id', 'partition by «orders.customer»'),
  unknown(FACTS, 'order by orders.ordered_at', 'order by «orders.order_at»'),
  unknown(FACTS, 'customers.customer_name', '«customers.name»'),
  unknown(FACTS, 'numbered.status', '«numbered.is_open»'),
  unknown(FACTS, 'numbered.order_number', '«numbered.number»'),
  unknown(FACTS, '= customers.customer_id', '= «customers.id»'),
  unknown(FACTS, 'where numbered.is_paid', 'where «numbered.is_paied»'),
  unknown(TOTALS, 'sum(amount_cents)', 'sum(«amount»)'),
  unknown(TOTALS, 'max(ordered_at)', 'max(«order_at»)'),
  unknown(TOTALS, 'group by customer_id', 'group by «customer»'),
  unknown(TOTALS, 'c.email', '«c.mail»'),
  unknown(TOTALS, 'coalesce(t.orders, 0)', 'coalesce(«t.order_count», 0)'),
  unknown(TOTALS, 'coalesce(k.tickets, 0)', 'coalesce(«k.ticket_count», 0)'),
  unknown(TOTALS, 't.last_order_at', '«t.last_ordered_at»'),
  unknown(TOTALS, 'on t.customer_id =', 'on «t.customer» ='),
  unknown(TOTALS, 'c.signed_up_on', '«c.signed_up»'),
  unknown(TOTALS, 'order by c.customer_id', 'order by «c.id»'),
  unknown(TOTALS, 'where is_urgent', 'where «urgent»'),
  unknown(ACTIVITY, 'ordered_at as', '«ordered_on» as'),
  unknown(ACTIVITY, 'select customer_id, opened_at', 'select «client_id», opened_at'),
  unknown(COUNTRIES, 'distinct customer_id', 'distinct «client_id»'),
  unknown(COUNTRIES, 'o.amount_cents', '«o.amount»'),
  unknown(COUNTRIES, 'o.country = f.country', 'o.country = «f.land»'),
  unknown(COUNTRIES, 's.country =', '«s.land» ='),
  unknown(COUNTRIES, 'group by country', 'group by «land»'),
  unknown(HISTORY, 'customer_id, email', 'customer_id, «mail»'),
  unknown(MOVES, 'lag(country)', 'lag(«land»)'),
  unknown(MOVES, 'order by dbt_valid_from', 'order by «dbt_valid_start»'),
  unknown(MOVES, 'dbt_valid_to', '«valid_to»'),
  unknown(MOVES, 'customer_id,\n    country,', '«customer_name»,\n    country,'),
  // a column that somebody takes away elsewhere
  mistake('unknown-column', [CUSTOMERS, '        country,\n', ''], [FACTS, 'customers.country', '«customers.country»']),
  mistake('unknown-column', ['seeds/customers.csv', 'email', 'mail'], [CUSTOMERS, 'lower(email)', 'lower(«email»)']),
  mistake('unknown-column', [TICKETS, '    opened_at,\n', ''], [ACTIVITY, 'opened_at', '«opened_at»']),
  mistake(
    'unknown-column',
    [ORDERS, "['open', 'paid']", "['open', 'settled']"],
    [FACTS, 'orders.is_paid', '«orders.is_paid»'],
  ),
  mistake('unknown-table', [ORDERS, '    ordered_at,', '    «o.ordered_at»,']),
  mistake('unknown-table', [FACTS, '        orders.customer_id,', '        «ordrs.customer_id»,']),
  mistake('unknown-table', [FACTS, 'customers.country', '«customer.country»']),
  mistake(
    'unknown-table',
    [
      FACTS,
      'left join customers on numbered.customer_id = customers.customer_id',
      'left join customers as c on numbered.customer_id = c.customer_id',
    ],
    [FACTS, 'customers.customer_name', '«customers.customer_name»'],
  ),
  mistake('unknown-table', [TOTALS, 't.customer_id = c.customer_id', 't.customer_id = «d.customer_id»']),
  mistake('unknown-table', [COUNTRIES, 'o.country = f.country', 'o.country = «g.country»']),
  mistake('ambiguous-column', [FACTS, '    numbered.customer_id,', '    «customer_id»,']),
  mistake('ambiguous-column', [TOTALS, '    c.customer_id,', '    «customer_id»,']),
  mistake('ambiguous-column', [TOTALS, 'coalesce(t.orders', 'coalesce(«customer_id»']),
  mistake('unknown-relation', [CUSTOMERS, 'from source', 'from «sorce»']),
  mistake('unknown-relation', [TOTALS, 'join tickets as', 'join «ticket» as']),
  mistake('unused-cte', [FACTS, 'numbered as (', '«spare» as (select 1 as one),\n\nnumbered as (']),
  mistake('unused-cte', [TOTALS, 'tickets as (', '«Spare» as (\n  select 1 as one\n),\n\ntickets as (']),
  mistake(
    'column-count',
    [ACTIVITY, "'order' as kind, ", ''],
    [ACTIVITY, 'select customer_id, opened_at', 'select «customer_id», opened_at'],
  ),
  mistake(
    'column-count',
    [ACTIVITY, ", 'ticket', subject", ", 'ticket', subject, 1"],
    [ACTIVITY, 'select customer_id, opened_at', 'select «customer_id», opened_at'],
  ),
  mistake('type-mismatch', [ORDERS, "status = '{{", "«amount» = '{{"]),
  mistake('type-mismatch', [ORDERS, '    amount,', "    case when «amount» > 'high' then 1 else 0 end as amount,"]),
  mistake('type-mismatch', [ORDERS, '    is_gift,', "    «is_gift» = 'maybe' as is_gift,"]),
  mistake('type-mismatch', [ORDERS, '    ordered_at,', "    «ordered_at» > 'recently' as ordered_at,"]),
  mistake('type-mismatch', [TICKETS, '    opened_at,', '    «opened_at» = 3 as opened_at,']),
  mistake('type-mismatch', [FACTS, 'numbered.customer_id = customers', '«numbered.ordered_at» = customers']),
  mistake('type-mismatch', [FACTS, 'where numbered.is_paid', "where «numbered.is_paid» > date '2024-01-01'"]),
  mistake('type-mismatch', [TOTALS, 'having count(*) > 0', "having «count»(*) > 'many'"]),
  mistake('type-mismatch', [TOTALS, 'where is_urgent and', "where «is_urgent» = 'urgent' and"]),
  mistake('type-mismatch', [TOTALS, "opened_at >= timestamp '2024-01-01 00:00:00'", '«opened_at» >= 20240101']),
  mistake('type-mismatch', [TOTALS, 't.orders > 10', '«t.last_order_at» > 10']),
  mistake('type-mismatch', [TOTALS, "c.signed_up_on >= date '2024-01-01'", '«c.signed_up_on» between 2023 and 2024']),
  mistake('type-mismatch', [TOTALS, "c.signed_up_on >= date '2024-01-01'", "«c.customer_id» in ('one', 'two')"]),
  mistake(MIXED, [TOTALS, 'k.customer_id = c.customer_id', '«k.customer_id» = c.email']),
  mistake(MIXED, [COUNTRIES, 'o.country = f.country', '«o.country» = f.customer_id']),
  mistake(
    MIXED,
    [ACTIVITY, 'cast(order_id as text)', 'order_id'],
    [ACTIVITY, "'ticket', subject", "'ticket', «subject»"],
  ),
  mistake(MIXED, [ACTIVITY, 'opened_at,', '«is_urgent»,']),
]
