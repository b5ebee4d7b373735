import { type QuernError, stackLines, type TemplateFrame } from './quern-error.ts'

/**
 * The text of an error as dbt-core 1.11 prints and records it (`message` of run_results.json): heading, message indented by two blanks (empty
 * lines too), for Compilation Errors the macro stack, and for errors of the database where the SQL that was sent lies. Without code frame and
 * hint, which are ours.
 */
export function dbtText(error: QuernError, sentSqlPath?: string | null): string {
  const lines = error.message.split('\n')
  if (sentSqlPath && error.kind === 'Database') lines.push(`compiled code at ${sentSqlPath}`)
  const macros = error.frames.filter(
    ({ kind }) => error.kind === 'Compilation' && (kind === 'macro' || kind === 'materialization' || kind === 'test'),
  )
  if (macros.length > 0) {
    lines.push('', ...stackLines([...macros.map(frameText), ...(error.node === undefined ? [] : [error.node])]))
  }
  return [error.heading(), ...lines.map((line) => `  ${line}`)].join('\n').trimEnd()
}

function frameText(frame: TemplateFrame): string {
  const path = frame.path ?? frame.span?.file.path
  return `macro ${frame.name}${path === undefined ? '' : ` (${path})`}`
}
