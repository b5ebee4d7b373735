import { QuernError } from '../errors/quern-error.ts'
import type { Block } from '../jinja/blocks.ts'

/** The name of a block. Throws when it has none. */
export function blockName(block: Block): string {
  if (block.name !== undefined) return block.name
  throw new QuernError('Compilation', 'block_without_name', `a ${block.kind} block has no name`, {
    at: block.span,
    hint: `write {% ${block.kind} some_name %}`,
  })
}
