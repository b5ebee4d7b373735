import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Template } from '../jinja/template.ts'

/**
 * What `unrendered_config` takes from the `config()` call of a rendered template under `state_modified_compare_more_unrendered_values`
 * (dbt-core 1.11): the keywords of the first call in the text, each as the printed tree of its expression. Undefined when there are none.
 */
export function unrenderedCall(template: Template): PlainDict | undefined {
  const keywords = template.keywordsOf('config')
  return keywords === undefined || keywords.size === 0 ? undefined : Object.fromEntries(keywords)
}

const STRINGS = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/gs
/** Texts, True, False, and lists and dicts of them, by keyword; no hooks. */
const CONFIG = /^config\s*\((?:\s*(?!pre_hook\b|post_hook\b)\w+\s*=[\s,:[\]{}]*(?:(?:""|True|False)[\s,:[\]{}]*)*)+\)$/

/**
 * Whether dbt-core 1.11 reads a model's calls without rendering it; what its reader knows is less than what `staticCapture` does.
 * Such a model's config is the same in both forms, so that this shows only in `unrendered_config`.
 */
export function isReadByDbt(template: Template): boolean {
  const { text } = template.file
  if (/\{\{[-+]|[-+]\}\}|\{%/.test(text)) return false
  const calls = template.staticCalls() ?? []
  return calls.every(({ path, span }) => {
    if (path.join('.') !== 'config') return true
    const shape = text.slice(span.start, span.end).replace(STRINGS, (found) => (found.includes('{{') ? '0' : '""'))
    return CONFIG.test(shape) && !/""\s*""|\(\s*\)/.test(shape)
  })
}
