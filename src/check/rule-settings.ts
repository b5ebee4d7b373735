import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { isRuleName, RULE_NAMES, RULES, type RuleName, SEVERITIES, type Severity } from './rules.ts'

/** Severities that somebody asked for; what is left out is as in `RULES`. */
export type RuleSettings = ReadonlyMap<RuleName, Severity>

/** The key in a model's `meta` that holds its settings: `meta: {quern_check: {unused-cte: off}}`. dbt leaves `meta` alone. */
export const META_KEY = 'quern_check'

/**
 * Reads `--rule NAME=SEVERITY`; later ones win.
 * @throws QuernError for what is no rule or no severity.
 */
export function ruleOptions(options: readonly string[]): RuleSettings {
  const settings = new Map<RuleName, Severity>()
  for (const option of options) {
    const [name = '', severity = ''] = option.split(/=(.*)/s)
    settings.set(...setting(name.trim(), severity.trim(), `--rule ${option}`))
  }
  return settings
}

/**
 * Reads a model's `meta.quern_check`: a dict of rules and severities. YAML's `off` arrives as false, `on` (true) means the usual severity.
 * @throws QuernError for what is no rule or no severity; `where` names the model.
 */
export function ruleMeta(meta: unknown, where: string): RuleSettings {
  const given = isRecord(meta) ? meta[META_KEY] : undefined
  if (given === undefined || given === null) return new Map()
  if (!isRecord(given)) throw wrong(`${META_KEY} has to be a dict of rules and severities`, where)
  return new Map(
    Object.entries(given).map(([name, value]) => {
      const usual = isRuleName(name) ? RULES[name].severity : 'off'
      const severity = value === false ? 'off' : value === true ? usual : String(value)
      return setting(name, severity, where)
    }),
  )
}

/** How severe a rule is: as the command line says, else the model, else the rule itself. */
export const severityOf = (rule: RuleName, options: RuleSettings, model: RuleSettings): Severity =>
  options.get(rule) ?? model.get(rule) ?? RULES[rule].severity

function setting(name: string, severity: string, where: string): [RuleName, Severity] {
  if (!isRuleName(name)) {
    const near = didYouMean(name, RULE_NAMES)
    throw wrong(
      `'${name}' is no rule of quern check`,
      where,
      near === undefined ? `rules: ${RULE_NAMES.join(', ')}` : `did you mean '${near}'?`,
    )
  }
  const found = SEVERITIES.find((one) => one === severity)
  if (found === undefined) throw wrong(`'${severity}' is no severity`, where, `severities: ${SEVERITIES.join(', ')}`)
  return [name, found]
}

const wrong = (text: string, where: string, hint?: string): QuernError =>
  new QuernError('Usage', 'check_rule_setting', `${text} (${where})`, { hint })

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
