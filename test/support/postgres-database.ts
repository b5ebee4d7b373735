import pg from 'pg'

export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** Makes an empty database of this name and gives the function that drops it. */
export async function freshDatabase(server: PostgresAddress, name: string): Promise<() => Promise<void>> {
  await withClient(server, async (client) => {
    await client.query(`drop database if exists "${name}" with (force)`)
    await client.query(`create database "${name}"`)
  })
  return () =>
    withClient(server, async (client) => void (await client.query(`drop database if exists "${name}" with (force)`)))
}

/** Makes database `to` a copy of `from`, which nobody may be connected to, and gives the function that drops it. */
export async function copyDatabase(server: PostgresAddress, from: string, to: string): Promise<() => Promise<void>> {
  await withClient(server, async (client) => {
    await client.query(`drop database if exists "${to}" with (force)`)
    await client.query(`create database "${to}" template "${from}"`)
  })
  return () =>
    withClient(server, async (client) => void (await client.query(`drop database if exists "${to}" with (force)`)))
}

async function withClient(server: PostgresAddress, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ ...server })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
