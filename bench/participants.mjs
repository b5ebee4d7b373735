// Who takes part: command lines, each with its own copies of the projects and its own databases, and the floor beside them.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeProject, makeSeedProject } from './make-project.mjs'
import { measure } from './measure.mjs'

const FLOOR_SCRIPT = fileURLToPath(new URL('floor.mjs', import.meta.url))

const ENVIRONMENT = {
  DBT_PROFILES_DIR: '.',
  DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
  DO_NOT_TRACK: '1',
  DBT_VERSION_CHECK: 'false',
  DBT_NO_VERSION_CHECK: '1',
  DBT_USE_COLORS: 'false',
  NO_COLOR: '1',
}

/** Something that a participant could not do: it is told in the results, and the others go on. */
export class Failed extends Error {}

/** What a command that failed said about it: its first line that tells an error, else its last one. Folders of the benchmark are cut out. */
function complaint(log, work) {
  const lines = readFileSync(log, 'utf8').replaceAll(`${work}/`, '').trim().split('\n')
  return (lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1)).trim()
}

/** Projects as they were made, of which each participant gets a copy. */
export class Projects {
  #made = new Map()

  constructor(work) {
    this.work = work
  }

  /** The folder of the project that a case needs, and its facts. */
  get({ spec, size }) {
    const key = `${spec.on}-${size}`
    if (!this.#made.has(key)) {
      const folder = join(this.work, 'projects', key)
      const facts = spec.on === 'seed' ? makeSeedProject(size, folder) : makeProject(size, folder)
      this.#made.set(key, { folder, facts: { ephemeral: [], ...facts } })
    }
    return this.#made.get(key)
  }
}

/**
 * A command line tool. `extra` holds further arguments by verb ('*': every verb), `override` whole argument lists by kind of case. Its places are its
 * copies of projects, kept from case to case: a place remembers for which database and threads the tool has parsed it last, and which states of
 * the database it has templates of.
 */
export class Tool {
  #places = new Map()
  #edits = 0

  constructor({ name, argv, env = {}, extra = {}, override = {} }, { work, projects, databases, timeout }) {
    Object.assign(this, { name, argv, env, extra, override, work, projects, databases, timeout })
    mkdirSync(join(work, 'logs'), { recursive: true })
  }

  place(test) {
    if (test.spec.on === 'none') return { folder: this.work, facts: {}, templates: new Set() }
    const key = `${this.name}-${test.spec.on}-${test.size}`
    if (!this.#places.has(key)) {
      const { folder: from, facts } = this.projects.get(test)
      const folder = join(this.work, key)
      cpSync(from, folder, { recursive: true })
      this.#places.set(key, { folder, facts, from, parsedFor: undefined, templates: new Set() })
    }
    return this.#places.get(key)
  }

  arguments(test, { facts }) {
    if (Object.hasOwn(this.override, test.kind)) return this.override[test.kind]
    return this.withExtra(test.spec.args(facts))
  }

  withExtra([verb, ...rest]) {
    return [verb, ...rest, ...(this.extra[verb] ?? (verb.startsWith('--') ? [] : (this.extra['*'] ?? [])))]
  }

  environment(test, place) {
    const database = test.spec.on === 'none' ? {} : this.databases[test.database].environment(place)
    return { ...process.env, ...ENVIRONMENT, BENCH_THREADS: String(test.threads), ...database, ...this.env }
  }

  log(name) {
    return join(this.work, 'logs', `${this.name}-${name.replaceAll(':', '-')}.log`)
  }

  /** Runs an untimed step. */
  async step(test, place, args, argv = this.argv) {
    const log = this.log(`${test.name}-setup-${args[0]}`)
    const command = [...argv, ...args]
    const env = this.environment(test, place)
    const { exit } = await measure(command, { cwd: place.folder, env, log, timeout: this.timeout })
    if (exit !== 0)
      throw new Failed(`'${args.join(' ')}' before the case ended with ${exit}: ${complaint(log, this.work)}`)
  }

  /** Makes the template of a database state: `seeded` by the tool's own seed, `built` by its own run on top of that. */
  async template(test, place, state) {
    const name = `template-${test.database}-${state}`
    if (place.templates.has(name)) return name
    const database = this.databases[test.database]
    if (state === 'built') await database.restore(place, await this.template(test, place, 'seeded'))
    else await database.empty(place)
    await this.step(test, place, this.withExtra([state === 'built' ? 'run' : 'seed']))
    await database.keep(place, name)
    place.parsedFor = `${test.database} ${test.threads}`
    place.templates.add(name)
    return name
  }

  async restoreDatabase(test, place) {
    const { database: state } = test.spec
    if (state === undefined) return
    if (state === 'empty') await this.databases[test.database].empty(place)
    else await this.databases[test.database].restore(place, await this.template(test, place, state))
  }

  /** Once for each case. */
  async setUp(test) {
    const place = this.place(test)
    const settings = `${test.database} ${test.threads}`
    await this.restoreDatabase(test, place)
    if (test.spec.on === 'none') await this.step(test, place, test.spec.args())
    else if (!test.spec.cold && place.parsedFor !== settings) {
      await this.step(test, place, this.withExtra(['parse']))
      place.parsedFor = settings
    }
  }

  /** Before each run. */
  async prepare(test) {
    const place = this.place(test)
    const { cold, edit } = test.spec
    if (cold) {
      for (const name of ['target', 'logs']) rmSync(join(place.folder, name), { recursive: true, force: true })
      place.parsedFor = `${test.database} ${test.threads}`
    }
    if (edit) {
      const file = edit.file(place.facts)
      const text = readFileSync(join(place.from, file), 'utf8')
      writeFileSync(join(place.folder, file), edit.change(text, ++this.#edits))
    }
    await this.restoreDatabase(test, place)
  }

  command(test, place) {
    return [...this.argv, ...this.arguments(test, place)]
  }

  done(test, run) {
    return test.spec.done(run)
  }

  /** One timed run. Throws `Failed` when it does not count. */
  async run(test) {
    await this.prepare(test)
    const place = this.place(test)
    const log = this.log(test.name)
    const env = this.environment(test, place)
    const since = Date.now()
    const { exit, ...figures } = await measure(this.command(test, place), {
      cwd: place.folder,
      env,
      log,
      timeout: this.timeout,
    })
    if (exit !== 0)
      throw new Failed(
        exit === 'timeout' ? `ended after ${this.timeout} s` : `exit code ${exit}: ${complaint(log, this.work)}`,
      )
    const reason = this.done(test, { ...place, log, since })
    if (reason !== undefined) throw new Failed(reason)
    return figures
  }

  /** What `--version` says, in one line: `1.11.16, postgres 1.11.0, duckdb 1.11.1`; of quern, which also tells what it is like, its own version. */
  version() {
    const [command, ...args] = this.argv
    const env = { ...process.env, ...ENVIRONMENT, ...this.env }
    const { stdout } = spawnSync(command, [...args, '--version'], { encoding: 'utf8', env, cwd: this.work })
    const own = stdout?.match(/^quern: (\S+)/m)
    if (own) return own[1]
    const installed = stdout?.match(/- installed: +(\S+)/)
    if (!installed) return stdout?.trim().split('\n')[0] ?? 'unknown'
    const plugins = stdout.slice(stdout.indexOf('Plugins:')).matchAll(/- (\w+): +([\d.]\S*)/g)
    return [installed[1], ...[...plugins].map(([, name, version]) => `${name} ${version}`)].join(', ')
  }
}

/** The least that a case can cost (floor.mjs). Its projects are set up by a tool, whose compiled SQL it sends. */
export class Floor extends Tool {
  #statements = new Map()

  command(test, place) {
    const { args, script } = test.spec.floor
    if (args) return [process.execPath, ...args()]
    return [process.execPath, FLOOR_SCRIPT, ...this.scriptArguments(script(), test, place)]
  }

  scriptArguments([what, which], test, place) {
    const address = this.databases[test.database]?.address(place)
    if (what === 'compile') return [what, place.folder, join(place.folder, 'target', 'floor')]
    if (what === 'load') return [what, test.database, address, 'big', join(place.folder, place.facts.csv)]
    if (what === 'sql')
      return [what, test.database, address, this.#statements.get(`${place.folder} ${test.database} ${which}`)]
    return [what, place.folder]
  }

  async setUp(test) {
    const [what, which] = test.spec.floor.script?.() ?? []
    if (what !== 'sql') return test.spec.on === 'none' ? undefined : void this.place(test)
    const place = this.place(test)
    const key = `${place.folder} ${test.database} ${which}`
    if (this.#statements.has(key)) return
    await this.databases[test.database].restore(place, await this.template(test, place, 'seeded'))
    await this.step(test, place, this.withExtra(['compile']))
    const manifest = JSON.parse(readFileSync(join(place.folder, 'target', 'manifest.json'), 'utf8'))
    const file = join(this.work, `floor-${test.size}-${test.database}-${which}.json`)
    writeFileSync(file, JSON.stringify(statements(which, manifest, place.facts)))
    this.#statements.set(key, file)
  }

  async prepare(test) {
    if (test.spec.floor.script?.()[0] === 'compile') {
      const { folder } = this.place(test)
      rmSync(join(folder, 'target', 'floor'), { recursive: true, force: true })
    }
    await this.restoreDatabase(test, this.place(test))
  }

  done(test, { log }) {
    if (test.spec.floor.script && !(Number(readFileSync(log, 'utf8')) > 0)) return 'the floor did nothing'
  }
}

/** The SQL that a floor sends: `models`, `everything`, `one` (beside the model that is there), `not_null` or `columns`. */
function statements(which, manifest, facts) {
  if (which === 'columns')
    return ['select table_schema, table_name, column_name, data_type from information_schema.columns']
  const sent = []
  const seen = new Set()
  const visit = (id) => {
    const node = manifest.nodes[id]
    if (node === undefined || seen.has(id)) return
    seen.add(id)
    for (const parent of node.depends_on?.nodes ?? []) visit(parent)
    if (node.compiled_code) sent.push(node)
  }
  for (const id of Object.keys(manifest.nodes)) visit(id)

  const count = (node) => `select count(*) as failures from (${node.compiled_code}) as dbt_test`
  const create = (node, name = node.relation_name) =>
    `create ${node.config.materialized === 'view' ? 'view' : 'table'} ${name} as ${node.compiled_code}`
  const isModel = (node) => node.resource_type === 'model' && node.config.materialized !== 'ephemeral'
  const isRelation = (node) => isModel(node) || node.resource_type === 'snapshot'
  if (which === 'not_null') return sent.filter((node) => node.test_metadata?.name === 'not_null').map(count)
  if (which === 'one')
    return sent
      .filter((node) => node.name === facts.one)
      .map((node) => create(node, `"${node.schema}"."${node.alias}_floor"`))
  const wanted = sent.filter(which === 'models' ? isModel : (node) => isRelation(node) || node.resource_type === 'test')
  const schemas = new Set(wanted.filter(isRelation).map((node) => node.schema))
  return [
    ...[...schemas].map((schema) => `create schema if not exists "${schema}"`),
    ...wanted.map((node) => (node.resource_type === 'test' ? count(node) : create(node))),
  ]
}
