import { compileRunner } from '../../execute/runners/compile.ts'
import { ExitCode } from '../exit-code.ts'
import { addInlineNode } from '../inline-node.ts'
import type { Loaded } from '../load-manifest.ts'
import { namedNodes } from '../named-results.ts'
import { runTask, type TaskEnd } from '../task.ts'

/** `compile`: SQL of the selected nodes into target/compiled; what was asked for by name or inline is shown. */
export async function compileCommand(loaded: Loaded): Promise<ExitCode> {
  const end = await compileNodes(loaded, 'compile')
  return end.success ? ExitCode.success : ExitCode.failure
}

/** Compiles what the flags select for a command. Throws the first error of a node, unless --fail-fast. */
export async function compileNodes(loaded: Loaded, command: 'compile' | 'generate'): Promise<TaskEnd> {
  const { flags, emit, answer } = loaded.invocation
  const inline = flags.inline === null ? undefined : addInlineNode(loaded, flags.inline)
  return await runTask(loaded, {
    command,
    throwsErrors: true,
    builds: false,
    waitForTests: false,
    unordered: false,
    keepEphemeral: command === 'compile' && (flags.select.length > 0 || flags.inline !== null),
    runnerOf: () => compileRunner({ injectCtes: flags.injectEphemeralCtes, introspect: flags.introspect }),
    after: (_, results) => {
      for (const { id } of results) {
        const node = loaded.manifest.nodes.get(id)
        if (node !== undefined && 'compiled_code' in node && typeof node.compiled_code === 'string')
          answer?.({ kind: 'compiled', uniqueId: id, name: node.name, code: node.compiled_code })
      }
      for (const node of namedNodes(loaded, inline, results)) {
        if (!('compiled_code' in node) || node.compiled_code === undefined) continue
        const format = flags.output === 'json' ? 'json' : 'text'
        emit({
          kind: 'compile-result',
          name: node.name,
          inline: inline !== undefined,
          format,
          compiled: node.compiled_code,
          uniqueId: node.unique_id,
          quiet: flags.quiet,
        })
      }
    },
  })
}
