import { RelationCache } from '../../adapter/relation-cache.ts'
import type { Invocation } from '../../config/invocation.ts'
import { type ConfigNames, loadConfig } from '../../config/load-config.ts'
import type { AdapterSource } from '../../config/load-profile.ts'
import { Database } from '../../execute/database.ts'
import { ExitCode } from '../exit-code.ts'
import { showResult } from './show.ts'

/**
 * `show --inline-direct`: the SQL goes to the database as it stands; the project's files are not read. `--limit` counts rows of the
 * answer. Beats --inline and --select (dbt-core 1.11).
 */
export async function showDirectCommand(
  invocation: Invocation,
  names: ConfigNames,
  adapters: AdapterSource,
): Promise<ExitCode> {
  const { flags, emit, now, cwd } = invocation
  const { target } = await loadConfig({ invocation, names, adapters })
  const adapter = await adapters.load(target.type)
  emit({ kind: 'adapter-registered', name: adapter.type, version: adapter.version })
  const database = new Database({
    adapter,
    open: () => adapter.open(target.fields, { baseDir: cwd, threads: 1, behavior: flags.behavior }),
    cache: new RelationCache(adapter.relationDialect, () => {}),
    comment: Object.assign(() => Promise.resolve(''), { append: false }),
    emit,
    now,
    signal: invocation.signal,
  })
  const session = database.session('show')
  try {
    const limit = flags.limit ?? 5
    const rows = limit < 0 ? {} : { limit }
    const { table } = await session.executeSql(flags.inlineDirect ?? '', { autoBegin: false, fetch: true, ...rows })
    emit(showResult(table, flags, { name: 'direct-query', inline: true, uniqueId: 'direct-query' }))
    return ExitCode.success
  } finally {
    await session.release()
    await database.close()
  }
}
