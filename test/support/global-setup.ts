import { readFileSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import type { PostgresAddress } from './postgres-database.ts'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server of this run: `inject('postgres')`. */
    postgres: PostgresAddress
  }
}

/** Starts one Postgres server for the whole run, when a test file of the run asks for it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] }
  const { testFiles } = await project.globTestFiles([...(filenamePattern ?? [])])
  if (!testFiles.some((file) => readFileSync(file, 'utf8').includes("inject('postgres')"))) return undefined
  const { stop, host, port, user, password, database } = await startPostgres()
  // what can be called cannot be provided
  project.provide('postgres', { host, port, user, password, database })
  return stop
}
