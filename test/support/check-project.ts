import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Change, Mistake } from '../check/mistakes.ts'
import type { PostgresAddress } from './postgres-database.ts'
import { REPOSITORY } from './quern.ts'

/** A copy of test/check/project that mistakes are made in. */
export class CheckProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'quern-check-'))
  readonly duckdb = join(this.folder, 'target', 'shop.duckdb')

  constructor() {
    cpSync(join(REPOSITORY, 'test', 'check', 'project'), this.folder, { recursive: true })
  }

  surroundings(
    database: 'duckdb' | 'postgres',
    { host, port, user, password, database: name }: PostgresAddress,
  ): { cwd: string; env: Record<string, string> } {
    return {
      cwd: this.folder,
      env: {
        CHECK_TARGET: database,
        CHECK_DUCKDB: this.duckdb,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: user,
        PGPASSWORD: password,
        PGDATABASE: name,
        DBT_PROFILES_DIR: this.folder,
      },
    }
  }

  /** Makes a mistake while `work` is done. `place`: where it has to be found, `file:line:column`. */
  async with<T>({ changes }: Mistake, work: () => Promise<T>): Promise<{ result: T; place: string }> {
    const before = new Map<string, string>()
    for (const [file, from, to] of changes) {
      const text = this.#read(file)
      if (!before.has(file)) before.set(file, text)
      expect(text, `${from} in ${file}`).toContain(from)
      this.#write(
        file,
        text.replace(from, () => to),
      )
    }
    const place = this.#takeMark(changes)
    try {
      return { result: await work(), place }
    } finally {
      for (const [file, text] of before) this.#write(file, text)
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #takeMark(changes: readonly Change[]): string {
    let place = ''
    for (const [file] of changes) {
      const text = this.#read(file)
      const lines = text.split('«')[0]?.split('\n') ?? []
      if (text.includes('«')) place = `${file}:${lines.length}:${(lines.at(-1) ?? '').length + 1}`
      this.#write(file, text.replace(/[«»]/g, ''))
    }
    return place
  }

  #read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }
}
