export type Colour = 'green' | 'yellow' | 'red'

/** Puts colours on texts, or leaves them as they are. */
export interface Paint {
  readonly on: boolean
  green(text: string): string
  yellow(text: string): string
  red(text: string): string
  /** What dbt puts before each line when colours are on. */
  readonly reset: string
}

const RESET = '\u001b[0m'
const CODES: Readonly<Record<Colour, string>> = { green: '\u001b[32m', yellow: '\u001b[33m', red: '\u001b[31m' }

/** dbt's three colours, by the same escape codes. */
export function paint(on: boolean): Paint {
  const colour = (name: Colour) => (text: string) => (on ? `${CODES[name]}${text}${RESET}` : text)
  return { on, green: colour('green'), yellow: colour('yellow'), red: colour('red'), reset: on ? RESET : '' }
}

/**
 * Whether stdout gets colours: never with `--no-use-colors`; always when they were asked for (`--use-colors`, `DBT_USE_COLORS`,
 * `FORCE_COLOR`); else on a terminal, unless `NO_COLOR` is set. (dbt also colours pipes.)
 */
export function coloursOn(options: {
  readonly useColors: boolean
  readonly asked: boolean
  readonly isTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}): boolean {
  if (!options.useColors) return false
  const force = options.env.FORCE_COLOR
  if (options.asked || (force !== undefined && force !== '' && force !== '0' && force !== 'false')) return true
  const none = options.env.NO_COLOR
  if ((none !== undefined && none !== '') || options.env.TERM === 'dumb') return false
  return options.isTerminal
}
