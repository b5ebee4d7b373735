import { SourceFile } from '../errors/source-file.ts'
import type { Macro } from '../manifest/manifest.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { MACRO_KINDS, parseMacroFile } from '../parse/macro.ts'
import type { Loaded } from './load-manifest.ts'

const NAME = 'sql_operation'

/**
 * The template of `run-operation --sql` as a macro that sends what it renders to the database, in no transaction of its own. It is in
 * no artifact but the results. Throws the errors of the template.
 */
export function sqlOperation(loaded: Loaded, sql: string): Macro {
  const { manifest, config, invocation } = loaded
  const project = config.project.name
  const text = `{% macro ${NAME}() %}{% call statement() %}\n${sql}\n{% endcall %}{% endmacro %}`
  const options = { createdAt: invocation.now() / 1000, withArguments: false }
  const id = uniqueId('macro', project, NAME)
  manifest.macros.delete(id)
  parseMacroFile(manifest, project, new SourceFile('--sql', text), '--sql', MACRO_KINDS, options)
  return manifest.macros.get(id)!
}
