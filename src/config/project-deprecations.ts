import type { RunEvent } from '../events/run-event.ts'
import { makeDeprecation } from '../events/warnings.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { locate } from '../project/read-yaml.ts'
import { projectError } from './check-project.ts'
import type { RawProject } from './load-project.ts'

interface OldKey {
  readonly key: string
  readonly renamedTo?: string
  /** A value that is not worth a warning. */
  readonly usual?: string
  readonly event: string
  readonly code: string
  readonly text: string
}

const renamed = (key: string, renamedTo: string, event: string, code: string): OldKey => ({
  key,
  renamedTo,
  event,
  code,
  text: `The \`${key}\` config has been renamed to \`${renamedTo}\`. Please update your \`dbt_project.yml\` configuration to reflect this change.`,
})
const moved = (
  key: string,
  usual: string,
  what: string,
  option: string,
  variable: string,
  event: string,
  code: string,
): OldKey => ({
  key,
  usual,
  event,
  code,
  text: `The \`${key}\` config in \`dbt_project.yml\` has been deprecated. To write dbt ${what} to a custom directory, use the ${option} CLI flag or the ${variable} env var instead.`,
})

const OLD_KEYS: readonly OldKey[] = [
  renamed('source-paths', 'model-paths', 'ConfigSourcePathDeprecation', 'D003'),
  renamed('data-paths', 'seed-paths', 'ConfigDataPathDeprecation', 'D004'),
  moved('log-path', 'logs', 'logs', '--log-path', 'DBT_LOG_PATH', 'ConfigLogPathDeprecation', 'D010'),
  moved(
    'target-path',
    'target',
    'artifacts',
    '--target-path',
    'DBT_TARGET_PATH',
    'ConfigTargetPathDeprecation',
    'D011',
  ),
]

/** The deprecations of a project file, as events. Throws when an old key stands beside its new name. */
export function deprecatedPaths(raw: RawProject, data: PlainDict): RunEvent[] {
  const events: RunEvent[] = []
  for (const old of OLD_KEYS) {
    if (!Object.hasOwn(data, old.key)) continue
    if (old.renamedTo !== undefined && Object.hasOwn(data, old.renamedTo)) {
      throw projectError(
        raw,
        [old.key],
        `${old.key} and ${old.renamedTo} cannot both be defined. The \`${old.key}\` config has been deprecated in favor of \`${old.renamedTo}\`. Please update your \`dbt_project.yml\` configuration to reflect this change.`,
        `remove ${old.key}`,
        'key',
      )
    }
    if (old.usual !== undefined && data[old.key] === old.usual) continue
    events.push(
      makeDeprecation(old.event, old.code, `Deprecated functionality\n\n${old.text}`, {
        data: { deprecated_path: old.key, ...(old.renamedTo === undefined ? {} : { exp_path: old.renamedTo }) },
        named: false,
        at: locate(raw.file, [old.key], 'key'),
      }),
    )
  }
  return events
}
