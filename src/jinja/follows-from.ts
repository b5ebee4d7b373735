import type { Body, Macro } from './syntax/ast.ts'
import { type AnyNode, some } from './syntax/walk.ts'

/** Filters that give the same for the same text. */
const FILTERS: ReadonlySet<string> = new Set([
  'trim', 'lower', 'upper', 'replace', 'default', 'd', 'string', 'title', 'capitalize', 'length', 'truncate', 'first', 'last',
]) // biome-ignore format: one list

/**
 * Whether what a macro gives follows from the values of `names`, its parameters among them, alone: it is text, conditions and variables of its own,
 * calls nothing, and says no other name. False in doubt.
 */
export function followsFrom(macro: Macro, names: ReadonlySet<string>): boolean {
  if (macro.parameters.some((parameter) => parameter.default !== undefined && !saysOnly([parameter.default], names)))
    return false
  return bodyFollows(macro.body, new Set(names), true)
}

/** `known` grows by the variables that are set: at the top level only, since elsewhere they may stay unset. */
function bodyFollows(body: Body, known: Set<string>, atTop: boolean): boolean {
  return body.every((statement) => {
    switch (statement.typename) {
      case 'Output':
        return saysOnly(statement.children, known)
      case 'If':
        return (
          saysOnly([statement.cond], known) &&
          bodyFollows(statement.body, known, false) &&
          bodyFollows(statement.else_, known, false)
        )
      case 'Set': {
        const { targets, value } = statement
        if (targets.typename !== 'Symbol' || !saysOnly([value], known)) return false
        if (atTop) known.add(targets.value)
        return known.has(targets.value)
      }
      default:
        return false
    }
  })
}

const saysOnly = (nodes: readonly AnyNode[], known: ReadonlySet<string>): boolean =>
  !some(nodes, (node) => {
    if (node.typename === 'Symbol') return !known.has(node.value)
    if (node.typename === 'Filter') return !FILTERS.has(node.name)
    return node.typename === 'FunCall'
  })
