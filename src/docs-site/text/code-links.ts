import type { ArtifactMacro, ArtifactNode } from '../data/artifact-types.ts'
import type { Project } from '../data/project.ts'
import type { Token } from './highlight.ts'

/** A token that leads to a resource. */
export interface LinkedToken extends Token {
  readonly to?: string
}

/** Links on what `ref`, `source` and calls of macros in a template name, as the node's own dependencies resolved them. */
export function linkTemplate(
  project: Project,
  owner: ArtifactNode | ArtifactMacro,
  tokens: readonly Token[],
): LinkedToken[] {
  const parents = (owner as ArtifactNode).depends_on?.nodes ?? []
  const macros = new Map((owner.depends_on?.macros ?? []).map((id) => [id.slice(id.lastIndexOf('.') + 1), id]))
  const targets = new Map<number, string>()
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'jinja-name' && token.kind !== 'function' && token.kind !== 'text') continue
    const macro = token.kind === 'text' ? undefined : macros.get(token.text)
    if (macro !== undefined && project.macros.has(macro)) targets.set(at, macro)
    if (token.text !== 'ref' && token.text !== 'source') continue
    const call = callAt(tokens, at)
    if (call === undefined) continue
    const target = token.text === 'ref' ? refTarget(project, parents, call) : sourceTarget(project, parents, call)
    if (target === undefined) continue
    for (const place of [at, ...call.places]) targets.set(place, target)
  }
  return tokens.map((token, at) => {
    const to = targets.get(at)
    return to === undefined ? token : { ...token, to }
  })
}

interface Call {
  readonly literals: readonly string[]
  /** Positions of the literals. */
  readonly places: readonly number[]
  readonly version: string | undefined
}

/** The literal arguments of the call whose name stands at `at`. */
function callAt(tokens: readonly Token[], at: number): Call | undefined {
  const literals: string[] = []
  const places: number[] = []
  let version: string | undefined
  let begun = false
  for (let next = at + 1; next < tokens.length; next++) {
    const { kind, text } = tokens[next]!
    if (text.trim() === '') continue
    if (!begun) {
      if (!text.startsWith('(')) return undefined
      begun = true
      continue
    }
    if (text.includes(')')) break
    if (kind === 'jinja-string' || kind === 'string') {
      const literal = text.slice(1, -1)
      if (version === '') version = literal
      else {
        literals.push(literal)
        places.push(next)
      }
    } else if (kind === 'number' && version === '') version = text
    else if (text === 'v' || text === 'version') version = ''
  }
  return literals.length === 0 ? undefined : { literals, places, version: version === '' ? undefined : version }
}

function refTarget(project: Project, parents: readonly string[], { literals, version }: Call): string | undefined {
  const name = literals.at(-1)
  const packageName = literals.length > 1 ? literals[0] : undefined
  const candidates = parents.filter((id) => {
    const node = project.nodes.get(id)
    return (
      node !== undefined &&
      node.resource_type !== 'source' &&
      node.name === name &&
      (packageName === undefined || node.package_name === packageName)
    )
  })
  if (version === undefined) {
    // without a version it means the latest
    const latest = candidates.find((id) => {
      const node = project.nodes.get(id)!
      return node.version == null || String(node.version) === String(node.latest_version)
    })
    return latest ?? candidates[0]
  }
  return candidates.find((id) => String(project.nodes.get(id)!.version) === version)
}

function sourceTarget(project: Project, parents: readonly string[], { literals }: Call): string | undefined {
  const [source, table] = literals
  return parents.find((id) => {
    const node = project.nodes.get(id)
    return node?.resource_type === 'source' && node.source_name === source && node.name === table
  })
}

/** Links on the relations of a compiled node's dependencies: `"db"."schema"."orders"`, and the CTEs of ephemeral models. */
export function linkCompiled(
  project: Project,
  node: ArtifactNode,
  code: string,
): readonly { readonly text: string; readonly to?: string }[] {
  const names = new Map<string, string>()
  for (const id of node.depends_on?.nodes ?? []) {
    const parent = project.nodes.get(id)
    if (parent === undefined) continue
    if (parent.relation_name) names.set(parent.relation_name, id)
    if (parent.config?.['materialized'] === 'ephemeral') names.set(`__dbt__cte__${parent.alias ?? parent.name}`, id)
  }
  if (names.size === 0) return [{ text: code }]
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g')
  const parts: { text: string; to?: string }[] = []
  let at = 0
  for (const match of code.matchAll(pattern)) {
    // `__dbt__cte__a` is not the beginning of `__dbt__cte__ab`
    if (/\w$/.test(match[0]) && /\w/.test(code[match.index + match[0].length] ?? '')) continue
    if (match.index > at) parts.push({ text: code.slice(at, match.index) })
    parts.push({ text: match[0], to: names.get(match[0])! })
    at = match.index + match[0].length
  }
  if (at < code.length) parts.push({ text: code.slice(at) })
  return parts
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
