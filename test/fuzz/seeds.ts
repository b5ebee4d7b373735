import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../support/quern.ts'

/** The texts below a folder of the repository whose names end so; short ones, since long ones only take longer. */
export function textsBelow(folder: string, ending: RegExp, longest = 4000): string[] {
  const root = join(REPOSITORY, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((path) => ending.test(path) && statSync(join(root, path)).isFile())
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .filter((text) => text !== '' && text.length <= longest)
}

/** What stands in the files of `test/bad-inputs` under names that end so. */
export function badTexts(ending: RegExp): string[] {
  const found: string[] = []
  for (const text of textsBelow('test/bad-inputs', /\.yml$/, Number.POSITIVE_INFINITY)) {
    for (const [, path, quoted] of text.matchAll(/[{ ]([\w./-]+): ("(?:[^"\\]|\\.)*")/g)) {
      if (!ending.test(path!)) continue
      try {
        const content = JSON.parse(quoted!) as string
        if (content !== '' && content.length < 4000) found.push(content)
      } catch {
        // escapes that JSON does not have
      }
    }
  }
  return found
}
