import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import type { ReadLog } from '../context-base/reads.ts'
import type { Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { RelationScope } from '../manifest/relation-class.ts'
import type { DispatchRules, MacroIndex } from '../manifest/resolve-macro.ts'
import type { Caller } from '../manifest/resolve-ref.ts'

/** What every context of an invocation is made from. */
export interface ContextServices {
  readonly config: ProjectConfig
  readonly invocation: Invocation
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly macros: MacroIndex
  readonly dispatch: DispatchRules
  /** Quoting and dialect that relations of this project share. */
  readonly relations: RelationScope
  /** The names that need no node: `tojson`, `modules`, `flags` ... (src/context-base). */
  readonly base: ReadonlyMap<string, Value>
  /** Hears of what templates read, while parsing. */
  readonly reads?: ReadLog | undefined
}

/** Who asks when a template of a package looks a name up. */
export const callerOf = (services: ContextServices, packageName: string): Caller => ({
  packageName,
  rootProject: services.config.project.name,
  ownPackageFirst: services.invocation.flags.behavior['require_ref_searches_node_package_before_root'] === true,
})
