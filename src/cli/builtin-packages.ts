import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Adapter } from '../adapter/adapter.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { MacroFacts } from '../parse/macro-facts.ts'
import type { BuiltinPackage } from '../parse/parse-contexts.ts'

/** One file of `dist/builtin/<package>.json`, as build.mjs writes it. */
interface PreparedFile {
  readonly path: string
  readonly text: string
  readonly macros: readonly MacroFacts[]
}

const here = dirname(fileURLToPath(import.meta.url))

/** The built-in macro packages of an adapter, its own before `dbt`. From the build's prepared files, or from the sources when there is no build. */
export function builtinPackages(adapter: Adapter): BuiltinPackage[] {
  return [readPackage(adapter.macroPackage, adapter.type), readPackage('dbt', 'common')]
}

function readPackage(name: string, folder: string): BuiltinPackage {
  const prepared = preparedFile(name)
  if (prepared !== undefined) {
    const written = JSON.parse(readFileSync(prepared, 'utf8')) as PreparedFile[]
    const macros = new Map(
      written.map((file) => [new SourceFile(file.path, file.text, 'builtin'), file.macros] as const),
    )
    return { package: name, root: `quern:${name}`, files: [...macros.keys()], macros }
  }
  const base = join(here, '..', '..', 'adapters', folder)
  const paths = ['docs', 'macros']
    .filter((part) => existsSync(join(base, part)))
    .flatMap((part) => readdirSync(join(base, part), { recursive: true }).map((path) => join(base, part, String(path))))
    .filter((path) => /\.(sql|md)$/.test(path) && !path.endsWith('README.md'))
    .sort()
  return {
    package: name,
    root: base,
    files: paths.map(
      (path) => new SourceFile(relative(base, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'), 'builtin'),
    ),
  }
}

/** `dist/builtin/<package>.json`, seen from `dist/cli.js` and from `dist/chunks/*.mjs`. */
function preparedFile(name: string): string | undefined {
  return [join(here, 'builtin', `${name}.json`), join(here, '..', 'builtin', `${name}.json`)].find((path) =>
    existsSync(path),
  )
}
