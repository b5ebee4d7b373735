// The least that some work can cost in Node, as a process of its own that the runner times like any other. Prints how many things it did.
//
//     floor.mjs list FOLDER                          lists a project's files and asks for the state of each: what knowing that nothing changed takes
//     floor.mjs parse FOLDER                         also reads them, and parses YAML with js-yaml and models with nunjucks' parser
//     floor.mjs compile FOLDER OUT                   also writes a file for each model
//     floor.mjs sql duckdb FILE STATEMENTS           sends the statements of a JSON file in their order over one connection
//     floor.mjs sql postgres URL STATEMENTS
//     floor.mjs load duckdb FILE TABLE CSV           the database's own reader of CSV: read_csv, COPY FROM STDIN
//     floor.mjs load postgres URL TABLE CSV
import { createReadStream, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const NOT_OF_THE_PROJECT = new Set(['target', 'logs', 'dbt_packages'])

function projectFiles(folder, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!NOT_OF_THE_PROJECT.has(entry.name)) projectFiles(path, found)
    } else if (/\.(sql|ya?ml|md|csv)$/.test(entry.name)) found.push(path)
  }
  return found
}

function list(folder) {
  const files = projectFiles(folder)
  for (const file of files) statSync(file)
  return files
}

async function parse(folder) {
  const { load } = await import('js-yaml')
  const { default: nunjucks } = await import('nunjucks')
  const models = []
  const files = list(folder)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    if (/\.ya?ml$/.test(file)) load(text)
    else if (file.endsWith('.sql') && file.startsWith(join(folder, 'models'))) {
      nunjucks.parser.parse(text, [], {})
      models.push({ file, text })
    }
  }
  return { files, models }
}

async function compile(folder, out) {
  const { models } = await parse(folder)
  for (const { file, text } of models) {
    const path = join(out, file.slice(folder.length))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return models
}

const OPEN = {
  async duckdb(file) {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    return {
      query: (sql) => connection.run(sql),
      load: (table, csv) => connection.run(`create table ${table} as select * from read_csv('${csv}')`),
      close: () => {
        connection.closeSync()
        instance.closeSync()
      },
    }
  },
  async postgres(url) {
    const { default: pg } = await import('pg')
    const client = new pg.Client(url)
    await client.connect()
    return {
      query: (sql) => client.query(sql),
      async load(table, csv) {
        const { from } = await import('pg-copy-streams')
        await client.query(
          `create table ${table} (id integer, customer_id integer, status text, amount numeric(18,2), created_at timestamp, updated_on date, is_active boolean, note text, score numeric(12,6), city text)`,
        )
        await pipeline(
          createReadStream(csv, { highWaterMark: 1 << 20 }),
          client.query(from(`copy ${table} from stdin csv header`)),
        )
      },
      close: () => client.end(),
    }
  },
}

async function sql(database, where, file) {
  const { query, close } = await OPEN[database](where)
  const statements = JSON.parse(readFileSync(file, 'utf8'))
  for (const statement of statements) await query(statement)
  await close()
  return statements
}

async function load(database, where, table, csv) {
  const connection = await OPEN[database](where)
  await connection.load(table, csv)
  await connection.close()
  return [table]
}

const DO = { list, parse: async (folder) => (await parse(folder)).files, compile, sql, load }
const [what, ...args] = process.argv.slice(2)
console.log((await DO[what](...args)).length)
