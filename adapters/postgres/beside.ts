import type { Beside } from '../../src/adapter/adapter.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PlainDict } from '../../src/jinja/runtime/value.ts'
import { postgresSettings } from './credentials.ts'

/** `Adapter.beside`: a connection reads one database, so that the other target has to be another schema of the same one. */
export function beside(fields: PlainDict, other: PlainDict): Beside {
  const [own, theirs] = [postgresSettings(fields), postgresSettings(other)]
  const place = ({ host, port, database }: typeof own): string => `${database} on ${host}:${port}`
  if (place(own) === place(theirs)) return { fields, database: theirs.database, viewsKeepMeaning: true }
  throw new QuernError(
    'Runtime',
    'other_target_unreadable',
    `The other target is another database (${place(theirs)}) than this one (${place(own)}), and Postgres reads one at a time`,
    {
      hint: 'compare with a schema of the same database, or bring its tables here with postgres_fdw or a dump and name their schema with --against-schema',
    },
  )
}
