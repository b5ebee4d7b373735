import type { Progress } from '../../events/run-event.ts'
import type { Style } from '../record.ts'

/**
 * `1 of 5 START sql view model main.x ........ [RUN]`: dots fill the text up to the printer width; longer texts overflow, unless they
 * are to be cut. `status` may hold colours.
 */
export function fancyLine(
  style: Style,
  text: string,
  status: string,
  options: { progress?: Progress; seconds?: number; cut?: boolean } = {},
): string {
  const { progress, seconds } = options
  let line = `${progress === undefined ? '' : `${progress.index} of ${progress.total} `}${text} `.padEnd(
    style.width,
    '.',
  )
  if (options.cut === true && line.length > style.width - 3) line = `${line.slice(0, style.width - 3)}...`
  return `${line} [${status}${seconds === undefined ? '' : ` in ${seconds.toFixed(2)}s`}]`
}
