import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { emptyManifest } from '../../../src/manifest/manifest.ts'
import { fileMacros, loadMacroFile, MACRO_KINDS, parseMacroFile } from '../../../src/parse/macro.ts'

const FOLDER = join(import.meta.dirname, '../../../adapters/common/macros')

test("quern's own macros are the same from what the build wrote down as from their texts", () => {
  const options = { createdAt: 0, withArguments: true }
  const parsed = emptyManifest('p')
  const loaded = emptyManifest('p')
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sql'))
  for (const path of paths) {
    const file = new SourceFile(path, readFileSync(join(FOLDER, path), 'utf8'))
    parseMacroFile(parsed, 'dbt', file, path, MACRO_KINDS, options)
    loadMacroFile(
      loaded,
      'dbt',
      { file, original: path, kinds: MACRO_KINDS },
      JSON.parse(JSON.stringify(fileMacros(file))),
      options,
    )
  }
  const seen = (manifest: typeof parsed): unknown =>
    [...manifest.macros.values()].map((macro) => {
      const { name, kind, parameters, blockSpan } = macro.definition()
      const span = [blockSpan.start, blockSpan.end]
      return { node: macro.node, calls: macro.calls, name, kind, parameters: parameters.map((each) => each.name), span }
    })
  expect(loaded.macros.size).toBeGreaterThan(100)
  expect(seen(loaded)).toEqual(seen(parsed))
})
