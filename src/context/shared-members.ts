import { runResultsArgs } from '../artifacts/run-results.ts'
import type { Flags } from '../config/flags.ts'
import { NotedDict } from '../context-base/reads.ts'
import { SourceFile } from '../errors/source-file.ts'
import { warning } from '../events/warnings.ts'
import { callValue } from '../jinja/runtime/access.ts'
import { toText } from '../jinja/runtime/text.ts'
import { hostFunction, type PlainDict, PyDict, PyFunction, tuple, type Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { compilationError } from './compilation-error.ts'
import type { DbtContext } from './dbt-context.ts'
import { type ExceptionServices, exceptions } from './exceptions.ts'
import type { ContextServices } from './services.ts'
import { validation } from './validation.ts'

type Member = (context: DbtContext) => Value

const target: Member = ({ services }) => shownTarget(services)
const field =
  (name: 'database' | 'schema'): Member =>
  ({ services }) => {
    services.reads?.note('target', name)
    return services.config.target[name]
  }

/** The members that parsing and running have in common. */
export const SHARED_MEMBERS: readonly (readonly [string, Member])[] = [
  ['target', target],
  ['env', target],
  ['project_name', ({ services }) => services.config.project.name],
  ['database', field('database')],
  ['schema', field('schema')],
  ['validation', () => validation()],
  ['exceptions', ({ services, thread }) => exceptions(exceptionServices(services, thread))],
  ['render', (context) => renderFunction(context, (text) => new SourceFile('<render>', text))],
  ['try_or_compiler_error', () => new PyFunction('try_or_compiler_error', tryOrCompilerError)],
  [
    'dbt_metadata_envs',
    ({ services }) => {
      services.reads?.note('env-list')
      return metadataEnvs(services.invocation.env)
    },
  ],
  [
    'invocation_args_dict',
    ({ services }) => {
      services.reads?.note('arguments')
      return invocationArgs(services.invocation.flags)
    },
  ],
  ['sql_now', () => SQL_NOW],
  ['adapter_macro', () => new PyFunction('adapter_macro', adapterMacro)],
  ['_sql_results', () => PyDict.from([])],
]

/** `target`, as templates see it. */
export function shownTarget({ config, reads }: ContextServices): Value {
  const { shown } = config.target
  return reads === undefined ? shown : new NotedDict(Object.entries(shown), (key) => reads.note('target', key))
}

/** dbt-core 1.11: the adapter's `date_function`, which is this for all databases here. */
const SQL_NOW = 'now()'

const adapterMacro: ConstructorParameters<typeof PyFunction>[1] = (args) => {
  const name = toText(args[0] ?? null)
  throw compilationError(
    'adapter_macro_removed',
    `The "adapter_macro" macro has been deprecated. It was called for: ${name}`,
    `call adapter.dispatch('${name.split('.').at(-1)}')(...) instead`,
  )
}

const exceptionServices = (services: ContextServices, thread: string | undefined): ExceptionServices => ({
  warn: (text) => warnFromTemplate(services, text, thread),
  emit: (event) => services.invocation.emit({ ...event, ...(thread === undefined ? {} : { thread }) }),
})

/** `exceptions.warn`: may be promoted to an error by --warn-error. */
export function warnFromTemplate(services: ContextServices, text: string, thread?: string): void {
  services.invocation.emit({ ...warning.jinja(text), ...(thread === undefined ? {} : { thread }) })
}

/** `render(text)`: a template in the current context. `fileOf` names the text. */
export const renderFunction = (context: DbtContext, fileOf: (text: string) => SourceFile): Value =>
  hostFunction('render', ['string'], (text) => renderText(context, fileOf(toText(text as Value))))

function renderText(context: DbtContext, file: SourceFile): Value | Promise<Value> {
  const template = Template.parse(file)
  return context.forMacros.flavour === 'sync'
    ? template.renderSync(context.forMacros)
    : template.render(context.forMacros)
}

/** `try_or_compiler_error(message, function, *args, **kwargs)`. */
const tryOrCompilerError: ConstructorParameters<typeof PyFunction>[1] = (args, kwargs) => {
  const [message, fn, ...rest] = args
  const failed = (): never => {
    throw compilationError('raised_by_template', toText(message ?? null))
  }
  try {
    const value = callValue(fn ?? null, rest, kwargs)
    return value instanceof Promise ? value.catch(failed) : value
  } catch {
    return failed()
  }
}

const METADATA_PREFIX = 'DBT_ENV_CUSTOM_ENV_'

/** `DBT_ENV_CUSTOM_ENV_*` without the prefix, as artifacts and `dbt_metadata_envs` show them. */
export function metadataEnvs(env: Readonly<Record<string, string | undefined>>): PlainDict {
  const found: PlainDict = {}
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(METADATA_PREFIX) && value !== undefined) found[name.slice(METADATA_PREFIX.length)] = value
  }
  return found
}

/** dbt-core 1.11: options that may be given several times are tuples here; in artifacts they are lists. */
const invocationArgs = (flags: Flags): PlainDict =>
  Object.fromEntries(
    Object.entries(runResultsArgs(flags)).map(([name, value]) => [
      name,
      Array.isArray(value) ? tuple(...value) : value,
    ]),
  )
