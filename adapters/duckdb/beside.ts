import { existsSync } from 'node:fs'
import type { Beside } from '../../src/adapter/adapter.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PlainDict, Value } from '../../src/jinja/runtime/value.ts'
import { type Attachment, databaseOfPath, duckdbSettings } from './credentials.ts'
import { isMemoryPath, openedPath, realPath } from './database-files.ts'

/** The other file is called this where it has the name of one that is open already. */
const ALIAS = 'quern_other'

/**
 * `Adapter.beside`: the file of the other target, and what that one attaches, are attached for reading. Views are stored with the names of databases: where
 * one has another name here, they would read something else.
 */
export function beside(fields: PlainDict, other: PlainDict, { baseDir }: { readonly baseDir: string }): Beside {
  const [own, theirs] = [duckdbSettings(fields), duckdbSettings(other)]
  const main: PlainDict = { path: theirs.path }
  const attachedThere = theirs.attach.find((item) => nameOf(item) === theirs.database)
  const file = attachedThere === undefined ? main : attachFields(attachedThere)
  const path = openedPath(String(file['path']), baseDir)
  const keeps = (database: string): Beside => ({ fields, database, viewsKeepMeaning: database === theirs.database })
  const isThere = (there: string): boolean => realPath(openedPath(there, baseDir)) === realPath(path)
  if (isMemoryPath(path)) throw inMemory()
  if (isThere(own.path)) return keeps(databaseOfPath(own.path))
  const known = own.attach.find((item) => isThere(item.path))
  if (known !== undefined) return keeps(nameOf(known))
  if (!/^[a-z][a-z0-9+.-]+:/i.test(path) && !existsSync(path)) throw missingFile(path)
  const taken = new Set([databaseOfPath(own.path), ...own.attach.map(nameOf)].map((name) => name.toLowerCase()))
  const database = taken.has(theirs.database.toLowerCase()) ? ALIAS : theirs.database
  const beside = theirs.attach.filter((item) => item !== attachedThere && !isThere(item.path))
  const free = beside.filter((item) => !taken.has(nameOf(item).toLowerCase()))
  const isSame = (item: Attachment): boolean =>
    own.attach.some((one) => nameOf(one) === nameOf(item) && one.path === item.path)
  const attach: Value[] = [
    ...((fields['attach'] as Value[] | undefined) ?? []),
    { ...file, path, alias: `"${database.replaceAll('"', '""')}"`, read_only: true },
    ...free.map((item) => ({ ...attachFields(item), read_only: true })),
  ]
  const viewsKeepMeaning = database === theirs.database && beside.every((item) => free.includes(item) || isSame(item))
  return { fields: { ...fields, attach }, database, viewsKeepMeaning }
}

const inMemory = (): QuernError =>
  new QuernError(
    'Runtime',
    'other_target_unreadable',
    'The other target is a database in memory: there is nothing in it',
    {
      hint: 'compare with a target whose `path` is a file',
    },
  )

const missingFile = (path: string): QuernError =>
  new QuernError('Runtime', 'other_target_unreadable', `The database of the other target does not exist: ${path}`, {
    hint: 'a relative `path` in profiles.yml begins in the working directory; build that target first',
  })

const nameOf = ({ alias, path }: Attachment): string => alias ?? databaseOfPath(path)

function attachFields({ path, type, alias, secret, options }: Attachment): PlainDict {
  const { read_only: _, ...others } = options
  return {
    path,
    ...(type === null ? {} : { type }),
    ...(alias === null ? {} : { alias }),
    ...(secret === null ? {} : { secret }),
    options: others,
  }
}
