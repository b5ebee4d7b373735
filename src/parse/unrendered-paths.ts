type Path = readonly (string | number)[]

const LATER: ReadonlySet<string | number> = new Set(['tests', 'data_tests', 'description', 'loaded_at_query'])
const LATER_CONFIG: ReadonlySet<string | number> = new Set(['pre_hook', 'post_hook', 'loaded_at_query'])
const ELEMENTS: ReadonlySet<string | number> = new Set(['columns', 'dimensions', 'measures', 'entities'])

/**
 * Says which values of an entry stay unrendered when its file is read, because they are rendered later: descriptions (with `doc()`),
 * tests, hooks, and filters of metrics. dbt-core 1.11's rules, by the path below the entry.
 */
export function skippedPaths(section: string): (path: Path) => boolean {
  switch (section) {
    case 'sources':
      return (path) =>
        path[0] === 'description' ||
        path[0] === 'loaded_at_query' ||
        (path[0] === 'config' && path[1] === 'loaded_at_query') ||
        (path[0] === 'tables' && later(path.slice(2)))
    case 'macros':
      return (path) => (path[0] === 'arguments' ? later(path.slice(1)) : later(path))
    case 'metrics':
      return (path) => path.at(-1) === 'filter' || path.at(-2) === 'filter' || later(path)
    case 'saved_queries':
      return (path) => (path[0] === 'query_params' && path[1] === 'where') || later(path)
    default:
      return later
  }
}

const later = (path: Path): boolean =>
  path.length > 0 &&
  (LATER.has(path[0]!) ||
    (path.length === 2 && LATER.has(path[1]!)) ||
    (path[0] === 'config' && path.length >= 2 && LATER_CONFIG.has(path[1]!)) ||
    (path.length === 5 && path[4] === 'description') ||
    (path.length >= 3 && ELEMENTS.has(path[0]!) && path[2] !== 'loaded_at_query' && LATER.has(path[2]!)))
