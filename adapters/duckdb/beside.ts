import { existsSync } from 'node:fs'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PlainDict, Value } from '../../src/jinja/runtime/value.ts'
import { type Attachment, databaseOfPath, duckdbSettings } from './credentials.ts'
import { isMemoryPath, openedPath, realPath } from './database-files.ts'

/** The other file is called this where it has the name of one that is open already. */
const ALIAS = 'quern_other'

/** `Adapter.beside`: the file of the other target, and what that one attaches, are attached for reading. */
export function beside(
  fields: PlainDict,
  other: PlainDict,
  { baseDir }: { readonly baseDir: string },
): { readonly fields: PlainDict; readonly database: string } {
  const [own, theirs] = [duckdbSettings(fields), duckdbSettings(other)]
  const path = openedPath(theirs.path, baseDir)
  if (isMemoryPath(path)) {
    throw new QuernError(
      'Runtime',
      'other_target_unreadable',
      'The other target is a database in memory: there is nothing in it',
      {
        hint: 'compare with a target whose `path` is a file',
      },
    )
  }
  if (realPath(path) === realPath(openedPath(own.path, baseDir))) return { fields, database: theirs.database }
  const known = own.attach.find((item) => realPath(openedPath(item.path, baseDir)) === realPath(path))
  if (known !== undefined) return { fields, database: nameOf(known) }
  const isFile = !/^[a-z][a-z0-9+.-]+:/i.test(path)
  if (isFile && !existsSync(path)) {
    throw new QuernError(
      'Runtime',
      'other_target_unreadable',
      `The database of the other target does not exist: ${path}`,
      {
        hint: 'a relative `path` in profiles.yml begins in the working directory; build that target first',
      },
    )
  }
  const taken = new Set([own.database, ...own.attach.map(nameOf)].map((name) => name.toLowerCase()))
  const database = taken.has(theirs.database.toLowerCase()) ? ALIAS : theirs.database
  const attached = theirs.attach.filter((item) => !taken.has(nameOf(item).toLowerCase()))
  const attach: Value[] = [
    ...((fields['attach'] as Value[] | undefined) ?? []),
    { path, alias: `"${database.replaceAll('"', '""')}"`, read_only: true },
    ...attached.map((item) => ({ ...attachFields(item), read_only: true })),
  ]
  return { fields: { ...fields, attach }, database }
}

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
