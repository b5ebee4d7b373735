import { asNode, asNodes, asText, type Serialised } from './serialised.ts'

/** A type as DuckDB prints it: `DECIMAL(18,3)`, `INTEGER[]`, `STRUCT(a INTEGER)`; an unknown one by its name. */
export function typeText(type: Serialised): string {
  const id = asText(type['id'])
  const info = asNode(type['type_info'])
  switch (id) {
    case 'DECIMAL':
      return info['width'] === undefined ? id : `DECIMAL(${Number(info['width'])},${Number(info['scale'])})`
    case 'LIST':
      return `${typeText(asNode(info['child_type']))}[]`
    case 'ARRAY':
      return `${typeText(asNode(info['child_type']))}[${Number(info['size'])}]`
    case 'STRUCT':
      return `STRUCT(${asNodes(info['child_types'])
        .map(({ first, second }) => `${asText(first)} ${typeText(asNode(second))}`)
        .join(', ')})`
    case 'UNBOUND':
    case 'USER':
      return asText(info['name'] ?? info['user_type_name']) || id
    default:
      return id
  }
}
