import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../support/postgres-server.ts'

/** One server for all measurements. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, host, port, user, password, database } = await startPostgres()
  project.provide('postgres', { host, port, user, password, database })
  return stop
}
