import type { SourceFile } from '../../errors/source-file.ts'
import type { Flavour } from '../names.ts'
import type { Root } from '../syntax/ast.ts'
import type { CompiledTemplate } from './compile.ts'
import { asyncTemplate } from './direct-async.ts'
import { syncTemplate } from './direct-sync.ts'
import type { OutputMode } from './emitter.ts'
import type { FrameName } from './rendering.ts'

/** A template that is walked instead of compiled, since it is most likely rendered once; undefined for one that has to be compiled. */
export const directTemplate = (
  file: SourceFile,
  root: Root,
  flavour: Flavour,
  mode: OutputMode,
  frame: FrameName | null,
): CompiledTemplate | undefined =>
  flavour === 'sync' ? syncTemplate(file, root, mode, frame) : asyncTemplate(file, root, mode, frame)
