import type { Session } from '../context/session.ts'
import { QuernError } from '../errors/quern-error.ts'

/**
 * A session for compiling with `--no-introspect`: a template that asks the database gets an error, and no connection is opened.
 * dbt-core 1.11 ends in the same place (`connection never acquired for thread`).
 */
export function withoutIntrospection<S extends Session>(session: S): S {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new QuernError('Runtime', 'no_introspection', 'the template asks the database, which --no-introspect forbids', {
        hint: 'leave --no-introspect out, or let the template do without: {% if flags.INTROSPECT %}',
      }),
    )
  return { ...session, connection: refuse, executeSql: refuse }
}

/**
 * A session that notes when a template asks the database for more than which relations there are: what it compiles to then depends on columns or rows
 * as they are at this moment.
 */
export const noticing = <S extends Session>(session: S, asked: () => void): S => ({
  ...session,
  executeSql: (sql, options) => {
    asked()
    return session.executeSql(sql, options)
  },
  listing: () => session,
})
