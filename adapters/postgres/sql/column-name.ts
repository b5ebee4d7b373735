import type { Query } from '../../../src/lineage/sql-tree.ts'
import { asFields, asList, asText, type Fields, type Reading, strings, unwrapped } from './nodes.ts'

/** A name with how much it says: a cast's or a case's own gives way to that of what is within. */
interface Named {
  readonly name: string | Query
  readonly strong: boolean
}

/** Postgres's name of a column that nobody named. */
const NAMELESS = '?column?'

const OWN_NAMES: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
}

const XML_NAMES: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
}

/** What Postgres calls a column of the select list without an alias; for a scalar subquery that query, whose first column's name it has. */
export const columnName = (reading: Reading, node: unknown): string | Query => figured(reading, node)?.name ?? NAMELESS

function figured(reading: Reading, node: unknown): Named | undefined {
  const [kind, fields] = unwrapped(node)
  switch (kind) {
    case 'ColumnRef':
      return strong(lastName(fields['fields']))
    case 'A_Indirection':
      return strong(lastName(fields['indirection'])) ?? figured(reading, fields['arg'])
    case 'FuncCall':
      return strong(strings(fields['funcname']).at(-1))
    case 'A_Expr':
      return fields['kind'] === 'AEXPR_NULLIF' ? strong('nullif') : undefined
    case 'TypeCast': {
      const inner = figured(reading, fields['arg'])
      const type = strings(asFields(fields['typeName'])['names']).at(-1)
      return inner?.strong === true || type === undefined ? inner : { name: type, strong: false }
    }
    case 'CollateClause':
      return figured(reading, fields['arg'])
    case 'CaseExpr': {
      const inner = figured(reading, fields['defresult'])
      return inner?.strong === true ? inner : { name: 'case', strong: false }
    }
    case 'SubLink':
      return subLinkName(reading, fields)
    case 'MinMaxExpr':
      return strong(fields['op'] === 'IS_LEAST' ? 'least' : 'greatest')
    case 'SQLValueFunction':
      return strong(valueFunctionName(asText(fields['op'])))
    case 'XmlExpr':
      return strong(XML_NAMES[asText(fields['op'])])
    case 'JsonFuncExpr':
      return strong(asText(fields['op']).replace(/_OP$/, '').toLowerCase())
    default:
      return strong(Object.hasOwn(OWN_NAMES, kind) ? OWN_NAMES[kind] : undefined)
  }
}

const strong = (name: string | undefined): Named | undefined =>
  name === undefined || name === '' ? undefined : { name, strong: true }

/** The last field that is a name: `(c).x[1]` is called `x`. */
const lastName = (fields: unknown): string | undefined =>
  asList(fields)
    .map(unwrapped)
    .filter(([kind]) => kind === 'String')
    .map(([, { sval }]) => asText(sval))
    .at(-1)

function subLinkName(reading: Reading, fields: Fields): Named | undefined {
  switch (fields['subLinkType']) {
    case 'EXISTS_SUBLINK':
      return strong('exists')
    case 'ARRAY_SUBLINK':
      return strong('array')
    case 'EXPR_SUBLINK':
      return { name: reading.query(unwrapped(fields['subselect'])[1]), strong: true }
    default:
      return undefined
  }
}

/** `SVFOP_CURRENT_TIMESTAMP_N`: with a precision, the name is the same. */
export const valueFunctionName = (op: string): string =>
  op
    .replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase()
