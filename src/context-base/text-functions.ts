import { createHash } from 'node:crypto'
import { iterate } from '../jinja/runtime/iterate.ts'
import { toText } from '../jinja/runtime/text.ts'
import { dictEntries, hostFunction, isDict, PyDict, TemplateFault, type Value } from '../jinja/runtime/value.ts'

/** `local_md5(value)`: the hex digest of a text's UTF-8 bytes, computed here and not in the database. */
export const localMd5 = hostFunction('local_md5', ['value'], (value) => {
  if (typeof value !== 'string') throw new TemplateFault('AttributeError', 'local_md5() needs a text: use `| string`')
  return createHash('md5').update(value, 'utf8').digest('hex')
})

const folded = (text: Value): string => toText(text).toLowerCase()

/** `diff_of_two_dicts(a, b)`: what the lists of `a` have and those of `b` have not, keys and items compared without case. */
export const diffOfTwoDicts = hostFunction('diff_of_two_dicts', ['dict_a', 'dict_b'], (a, b) => {
  if (!isDict(a!) || !isDict(b!))
    throw new TemplateFault('AttributeError', 'diff_of_two_dicts() needs two dicts of lists')
  const other = new Map<string, Set<string>>()
  for (const [key, items] of dictEntries(b)) other.set(folded(key), new Set(Array.from(iterate(items), folded)))
  const difference = new PyDict()
  for (const [key, items] of dictEntries(a)) {
    const known = other.get(folded(key))
    if (known === undefined) {
      difference.set(key, items)
      continue
    }
    const left = Array.from(iterate(items)).filter((item) => !known.has(folded(item)))
    if (left.length > 0) difference.set(key, left)
  }
  return difference
})
