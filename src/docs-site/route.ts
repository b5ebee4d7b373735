/** Where the page is: the part of the address behind `#`. */
export interface Route {
  /** `overview`, `list`, `resource`, `graph`, `runs`. */
  readonly page: 'overview' | 'list' | 'resource' | 'graph' | 'runs'
  /** Of a list the type, of a resource its unique id. */
  readonly id: string
  readonly params: Readonly<Record<string, string>>
}

/**
 * Reads the address. Links of dbt's own page mean the same here: `#!/model/model.shop.orders`, `#!/overview`; of its graph only that it was open.
 */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#!?\/?/, '').split('?')
  const params = Object.fromEntries(new URLSearchParams(query))
  const [first = '', ...rest] = path.split('/').map(decode)
  const id = rest.join('/')
  if (first === 'graph') return { page: 'graph', id: '', params }
  if (first === 'runs') return { page: 'runs', id: '', params }
  if (first === 'list' && id !== '') return { page: 'list', id, params }
  if (first !== '' && first !== 'overview' && id !== '') return { page: 'resource', id, params }
  return { page: 'overview', id: '', params }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const withParams = (path: string, params: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)]))).toString()
  return query === '' ? path : `${path}?${query}`
}

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('+', '%20')

/** The address of a resource's page; `section` is where in it. */
export const toResource = (id: string, section?: string): string =>
  withParams(`#/${encode(id.slice(0, id.indexOf('.')))}/${encode(id)}`, { section })

export const toList = (type: string): string => `#/list/${encode(type)}`

/** The address of a graph. `node`: around a node, `up` and `down` steps far; `column`: the way of that column of it. */
export const toGraph = (params: Readonly<Record<string, string | number | undefined>>): string =>
  withParams('#/graph', params)

export const OVERVIEW = '#/'
export const RUNS = '#/runs'
