/** Columns of table functions that come with DuckDB and do not depend on their arguments. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  range: ['range'],
  generate_series: ['generate_series'],
  unnest: ['unnest'],
  glob: ['file'],
  json_each: ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path'],
  json_tree: ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path'],
  read_text: ['filename', 'content', 'size', 'last_modified'],
  read_blob: ['filename', 'content', 'size', 'last_modified'],
}

/** The names of a table function's columns; undefined when only the database can tell. */
export const tableFunctionColumns = (name: string): readonly string[] | undefined =>
  Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined
