import { structuredPatch } from 'diff'

/** Edits beyond which two texts count as rewritten: all lines of one go, all of the other come. Comparing longer would take seconds. */
const MOST_EDITS = 800

/**
 * The lines that differ with three lines around, in hunks that begin with `@@ -1,4 +1,6 @@`; '' when nothing does. Line ends of either kind are the same,
 * and it makes no difference whether the last line has one.
 */
export function lineDiff(before: string, after: string): string {
  const [old, now] = [unixLines(before), unixLines(after)]
  if (old === now) return ''
  const patch = structuredPatch('', '', old, now, undefined, undefined, { context: 3, maxEditLength: MOST_EDITS })
  if (patch === undefined) return rewritten(old, now)
  return patch.hunks
    .map(
      ({ oldStart, oldLines, newStart, newLines, lines }) =>
        `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join('\n')}`,
    )
    .join('\n')
}

const unixLines = (text: string): string => {
  const lines = text.replace(/\r\n?/g, '\n')
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`
}

/** Where there are no lines, unified diffs name the one before. */
const range = (start: number, lines: number): string =>
  lines === 1 ? String(start) : `${lines === 0 ? start - 1 : start},${lines}`

function rewritten(before: string, after: string): string {
  const [old, now] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')]
  const lines = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)]
  return `@@ -${range(1, old.length)} +${range(1, now.length)} @@\n${lines.join('\n')}`
}
