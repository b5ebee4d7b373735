/** Orders the versions of a model: numbers by value when both are numeric (also `'2'`), else as text (dbt-core 1.11: UnparsedVersion). */
export function compareVersions(a: string | number, b: string | number): number {
  const numeric = (value: string | number): number =>
    typeof value === 'number' ? value : /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN
  const [x, y] = [numeric(a), numeric(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}
