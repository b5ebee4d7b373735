/** How much a finding matters; `off` is never shown. Gravest first. */
export const SEVERITIES = ['error', 'warning', 'note', 'off'] as const
export type Severity = (typeof SEVERITIES)[number]
export type ShownSeverity = Exclude<Severity, 'off'>

export interface Rule {
  /** Without settings of the user's. */
  readonly severity: Severity
  /** What it finds, as reports and docs say it. */
  readonly finds: string
}

/** The rules of `quern check`. */
export const RULES = {
  'unknown-column': { severity: 'error', finds: 'A column that none of the tables in reach has' },
  'unknown-relation': {
    severity: 'error',
    finds: 'A relation that the project does not know, with nearly the name of a common table expression',
  },
  'unknown-table': { severity: 'error', finds: 'A table name in front of a column that the query does not read from' },
  'ambiguous-column': {
    severity: 'error',
    finds: 'A column without a table name that more than one table in reach has',
  },
  'column-count': {
    severity: 'error',
    finds: 'Parts of a set operation, or a list of column names, with different numbers of columns',
  },
  'type-mismatch': {
    severity: 'error',
    finds: 'Values of types that the database does not compare or put into one column',
  },
  'mixed-types': { severity: 'warning', finds: 'Values of types of which the database silently makes another one' },
  'unused-cte': { severity: 'warning', finds: 'A common table expression that nothing reads' },
  'unused-column': {
    severity: 'note',
    finds: 'A column of a model that is read by other models, of which none reads this column',
  },
  'not-analysed': {
    severity: 'note',
    finds: 'A model whose SQL could not be read, so that nothing else is said of it',
  },
} as const satisfies Readonly<Record<string, Rule>>

export type RuleName = keyof typeof RULES
export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[]
export const isRuleName = (name: string): name is RuleName => Object.hasOwn(RULES, name)
