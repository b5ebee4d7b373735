import type { QueryComment as QueryCommentConfig } from '../config/project-config.ts'
import { DBT_VERSION } from '../config/version.ts'
import { SourceFile } from '../errors/source-file.ts'
import { MacroReturn } from '../jinja/macro-return.ts'
import { toJson } from '../jinja/python/json.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { asDict } from '../manifest/node.ts'
import { DbtContext } from './dbt-context.ts'
import { renderText } from './parse-context.ts'
import type { ContextServices } from './services.ts'
import { Var } from './var.ts'

/** The comment of a connection: made once for each, from its name and the node that it serves. '' = none. */
export interface QueryComment {
  (connectionName: string, node: object | null): Promise<string>
  /** After the query instead of before it. */
  readonly append: boolean
}

/**
 * `query-comment:` of dbt_project.yml. dbt-core 1.11: a template with the names of macros, `connection_name` and `node`; by default JSON with
 * app, version, profile, target and node. `*` + `/` in the result would end the comment early and is refused.
 */
export function queryComment(services: ContextServices, config: QueryCommentConfig): QueryComment {
  const { target } = services.config
  let template: Template | undefined
  const make = async (connectionName: string, node: object | null): Promise<string> => {
    if (config.comment === null || config.comment === '') return ''
    if (config.comment === undefined) {
      const facts = { app: 'dbt', dbt_version: DBT_VERSION, profile_name: target.profileName, target_name: target.name }
      return toJson(
        node === null
          ? { ...facts, connection_name: connectionName }
          : { ...facts, node_id: toText(asDict(node)['unique_id'] ?? null) },
      )
    }
    template ??= Template.parse(new SourceFile('query-comment', config.comment))
    const context: DbtContext = new DbtContext({
      services,
      packageName: services.config.project.name,
      flavour: 'async',
      undefinedMode: 'lenient',
      members: new Map<string, (context: DbtContext) => Value>([
        ['target', () => target.shown],
        ['project_name', () => services.config.project.name],
        [
          'var',
          (own) =>
            new Var({
              services,
              packageName: services.config.project.name,
              nodeName: 'query-comment',
              missingIsNone: false,
              render: (text) => renderText(text, own.forMacros),
            }),
        ],
        ['connection_name', () => connectionName],
        ['node', () => (node === null ? null : asDict(node))],
      ]),
    })
    try {
      return (await template.render(context.forNode)).trim()
    } catch (error) {
      if (error instanceof MacroReturn) return toText(error.value)
      throw error
    }
  }
  return Object.assign(make, { append: config.append })
}
