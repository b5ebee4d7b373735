import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import { BUILD } from '../../config/version.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { NO_SECRETS } from '../../util/secrets.ts'

/** The files that the page reads, by the names that it gives them (src/docs-site/data/files.ts has the same list). */
export const PAGE_ARTIFACTS = {
  manifest: 'manifest.json',
  catalog: 'catalog.json',
  runResults: 'run_results.json',
  lastRun: 'last_run_results.json',
  sources: 'sources.json',
  columnLineage: 'column_lineage.json',
} as const

export const PAGE = 'index.html'
export const STATIC_PAGE = 'static_index.html'

const here = dirname(fileURLToPath(import.meta.url))
const DATA = '<script type="application/json" id="quern-artifacts"></script>'

/** Writes target/index.html: the page, which reads the artifacts beside it. Gives back its path. */
export function writePage(targetDir: string): string {
  const path = resolve(targetDir, PAGE)
  writeFileAtomically(path, pageTemplate(), { secrets: NO_SECRETS })
  return path
}

/**
 * Writes target/static_index.html: the page with the artifacts of the target folder inside. They are compressed, and in base64 nothing of them
 * can be taken for HTML. Gives back its path.
 */
export function writeStaticPage(targetDir: string): string {
  const packed: Record<string, string> = {}
  for (const [name, file] of Object.entries(PAGE_ARTIFACTS)) {
    const from = resolve(targetDir, file)
    if (existsSync(from)) packed[name] = gzipSync(readFileSync(from)).toString('base64')
  }
  const [before, after] = pageTemplate().split(DATA)
  if (after === undefined) throw new Error('the documentation page has no place for data')
  const path = resolve(targetDir, STATIC_PAGE)
  writeFileAtomically(path, `${before}${DATA.replace('></', () => `>${JSON.stringify(packed)}</`)}${after}`, {
    // the artifacts were written without secrets
    secrets: NO_SECRETS,
  })
  return path
}

/** Whether there is a page to be written. Quern that runs from its sources has none before it is built; an installed one always has. */
export const hasPage = (): boolean => templatePath() !== undefined || BUILD !== undefined

/** `dist/docs-site.html`, seen from `dist/quern.cjs`, from `dist/chunks/*.js`, and from the sources. */
const templatePath = (): string | undefined =>
  ['', '..', '../../../dist'].map((folder) => join(here, folder, 'docs-site.html')).find((path) => existsSync(path))

function pageTemplate(): string {
  const path = templatePath()
  if (path === undefined) {
    throw new QuernError('Internal', 'docs_page_missing', 'The documentation page is not part of this installation', {
      hint: 'in a clone of quern, "npm run build" makes it; otherwise install quern again',
    })
  }
  return readFileSync(path, 'utf8')
}
