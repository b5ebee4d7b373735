import { SourceFile } from '../../errors/source-file.ts'
import type { MacroDefinition } from '../../jinja/macro-definition.ts'
import type { Macro, MacroSource } from '../../manifest/manifest.ts'
import type { MacroNode } from '../../manifest/node.ts'
import { readText, withoutMark } from '../../project/read-file.ts'
import { StrippedFile } from '../../project/stripped-file.ts'
import { MACRO_KINDS, TEST_KINDS } from '../macro.ts'
import { macroBlocks } from '../macro-facts.ts'

/** Blocks of the macro files that were read so far. */
export type MacroFiles = Map<string, () => readonly MacroDefinition[]>

/** A macro whose file is read when it is first called. */
export function storedMacro(node: MacroNode, source: MacroSource, files: MacroFiles): Macro {
  const key = `${source.path} ${source.testsOnly}`
  let blocks = files.get(key)
  if (blocks === undefined) {
    blocks = blocksOf(source)
    files.set(key, blocks)
  }
  return {
    node,
    source,
    // what its text calls was followed when the manifest was made
    calls: [],
    definition: () => {
      const block = blocks()[source.index]
      const file = block?.blockSpan.file.text
      if (file?.slice(block!.blockSpan.start, block!.blockSpan.end) === node.macro_sql) return block!
      // the file was changed since this run began: what was parsed counts
      return macroBlocks(new SourceFile(source.shown, node.macro_sql), source.testsOnly ? TEST_KINDS : MACRO_KINDS)[0]!
    },
  }
}

function blocksOf({ path, shown, testsOnly }: MacroSource): () => readonly MacroDefinition[] {
  let blocks: readonly MacroDefinition[] | undefined
  return () => {
    try {
      blocks ??= macroBlocks(
        new StrippedFile(shown, withoutMark(readText(path, shown))),
        testsOnly ? TEST_KINDS : MACRO_KINDS,
      )
    } catch {
      blocks = []
    }
    return blocks
  }
}
