import type { SourceFile, Span } from '../errors/source-file.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { Template } from '../jinja/template.ts'
import type { ManifestNode, RefArgs } from '../manifest/node.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { MacroFacts } from './macro-facts.ts'

/** What a node's template asked for while it was rendered for parsing, in order, duplicates included. */
export interface Capture {
  readonly refs: RefArgs[]
  readonly sources: [string, string][]
  readonly metrics: string[][]
  readonly functions: string[][]
  readonly configCalls: PlainDict[]
  /** Macros that the node's own template called. */
  readonly macros: UniqueId[]
}

/** The part of rendering that parsing needs; `src/context` implements it, so that parsing knows no template member itself. */
export interface ParseContexts {
  /**
   * Renders a node's template as dbt does while parsing (`execute` is false) and records what it asks for. The node's config so far is visible as
   * `config` and `model`. Of a generic test, the arguments (`_dbt_generic_test_kwargs` in `extra`, unrendered) are rendered natively first, in
   * order, and what they ask for is recorded too. Throws a `QuernError`.
   */
  renderNode(node: ManifestNode, template: Template, extra?: ReadonlyMap<string, Value>): Capture
  /** `generate_schema_name`, `generate_alias_name` or `generate_database_name` for a node: text stripped; null kept. */
  generateName(kind: 'schema' | 'alias' | 'database', custom: string | null, node: ManifestNode): string | null
  /**
   * Values of property files: strings inside are rendered natively, keys are not; `skip(path)` says what stays as it is, `placeOf(path)` where
   * a value stands, for errors.
   */
  renderYaml(
    value: Value,
    packageName: string,
    skip?: (path: readonly (string | number)[]) => boolean,
    placeOf?: (path: readonly (string | number)[]) => Span | undefined,
  ): Value
  /** A description: `doc()` works. Gives the text and the ids of the doc blocks that it names. */
  renderDescription(
    text: string,
    packageName: string,
    at: { readonly file: SourceFile; readonly owner: string },
  ): { text: string; docBlocks: UniqueId[] }
  /** One entry of `depends_on` of an exposure: only ref, source and metric are known. */
  renderDependency(
    text: string,
    packageName: string,
  ): { refs: RefArgs[]; sources: [string, string][]; metrics: string[][] }
}

/** Macros and docs that come with quern: package `dbt`, and `dbt_<adapter>`. Paths are as manifest.json shows them (`macros/...`). */
export interface BuiltinPackage {
  readonly package: string
  /** Where the files are from, for messages. */
  readonly root: string
  readonly files: readonly SourceFile[]
  /** What the build wrote down of a file's macros; a file without is parsed. */
  readonly macros?: ReadonlyMap<SourceFile, readonly MacroFacts[]>
}
