import { DBT_VERSION } from '../config/version.ts'
import { SourceFile } from '../errors/source-file.ts'
import { MacroReturn } from '../jinja/macro-return.ts'
import { newLimits } from '../jinja/names.ts'
import { dateTimeFromIso } from '../jinja/python/datetime/datetime-module.ts'
import { hostFunction, type PlainDict, PyDict, type PyFunction, type Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { CliVar } from './cli-var.ts'
import { setFunction, setStrict, zipFunction, zipStrict } from './collections.ts'
import { envVar, secretEnvVar } from './env-var.ts'
import { FlagsObject } from './flags-object.ts'
import { logFunction, printFunction } from './log.ts'
import { modules } from './modules.ts'
import { NotedNames, type ReadLog } from './reads.ts'
import { fromjson, fromyaml, tojson, toyaml } from './serialise.ts'
import type { BaseServices } from './services.ts'
import { diffOfTwoDicts, localMd5 } from './text-functions.ts'

/** `return(value)`: leaves the macro with a value of any type. */
export const returnFunction: PyFunction = hostFunction('return', ['data'], (value) => {
  throw new MacroReturn(value as Value)
})

/**
 * The names that every template knows (dbt-core 1.11: BaseContext), `context` and `builtins` included: both show this very mapping.
 * `var` sees `--vars` only; whoever knows a project puts a better one over it.
 */
export function baseNames(services: BaseServices): Map<string, Value> {
  const { reads } = services
  const names = new Map<string, Value>([
    ['dbt_version', DBT_VERSION],
    ['env_var', envVar(services)],
    ['return', returnFunction],
    ['fromjson', fromjson],
    ['tojson', tojson],
    ['fromyaml', fromyaml],
    ['toyaml', toyaml],
    ['set', setFunction],
    ['set_strict', setStrict],
    ['zip', zipFunction],
    ['zip_strict', zipStrict],
    ['log', logFunction(services.emit)],
    ['print', printFunction(services.emit, services.flags.print)],
    ['run_started_at', startedAt(services.startedAt)],
    ['invocation_id', services.invocationId],
    ['thread_id', 'MainThread'],
    ['modules', modules(reads === undefined ? services : { ...services, now: () => told(reads, services.now) })],
    ['flags', new FlagsObject(services.flags, reads)],
    ['diff_of_two_dicts', diffOfTwoDicts],
    ['local_md5', localMd5],
  ])
  names.set('var', new CliVar(services.cliVars, (text) => renderText(names, text), services.lenientVars))
  shown(names)
  return reads === undefined ? names : new NotedNames(names, reads)
}

function told(reads: ReadLog, now: () => number): number {
  reads.note('unrepeatable')
  return now()
}

/** The names of profiles.yml and packages.yml: `env_var` takes secrets too, which come back as marks (see secrets.ts). */
export function secretNames(services: BaseServices): Map<string, Value> {
  const names = baseNames(services)
  names.set('env_var', secretEnvVar(services))
  return shown(names)
}

/** The names of dbt_project.yml and selectors.yml: the base ones and `target`. */
export function targetNames(services: BaseServices, target: PlainDict | NoTarget): Map<string, Value> {
  const names = baseNames(services)
  names.set('target', target)
  return shown(names)
}

/** `target` where no profile is loaded (dbt-core 1.11: `deps`, `clean`): every field is an empty text, so that conditions on it can be rendered. */
export class NoTarget extends PyDict {
  override getItem(): Value {
    return ''
  }
}

/** `builtins` is a snapshot of the members, `context` the members with itself. */
function shown(names: Map<string, Value>): Map<string, Value> {
  names.delete('context')
  names.delete('builtins')
  const members = Object.fromEntries(names)
  names.set('builtins', members)
  const context: PlainDict = { ...members, builtins: members }
  context['context'] = context
  names.set('context', context)
  return names
}

const renderText = (names: ReadonlyMap<string, Value>, text: string): string =>
  Template.parse(new SourceFile('var', text)).renderSync({
    names: { lookup: (name) => names.get(name) },
    flavour: 'sync',
    undefinedMode: 'lenient',
    limits: newLimits(),
  })

const startedAt = (date: Date): Value =>
  dateTimeFromIso(`${date.toISOString().replace('Z', '')}000+00:00`.replace(/(\.\d{3})000/, '$1000'))
