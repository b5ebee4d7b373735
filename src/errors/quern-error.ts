import { codeFrame } from './code-frame.ts'
import type { Span } from './source-file.ts'

/** The word before "Error" in the heading, as dbt prints it: people and CI scripts search for it. */
export type ErrorKind =
  | 'Compilation'
  | 'Parsing'
  | 'Database'
  | 'Runtime'
  | 'Dependency'
  | 'Validation'
  | 'Contract'
  | 'Internal'
  | 'Usage'

export interface ErrorNote {
  readonly text: string
  readonly at?: Span
}

/** One level of the template stack: which template or macro was being rendered, and where in it. */
export interface TemplateFrame {
  /** `model`, `macro`, `test` ...: what kind of template. */
  readonly kind: string
  readonly name: string
  readonly span?: Span
  /** Where the template lives, when no span is known. */
  readonly path?: string
}

/**
 * A problem that a user can cause or mend: what is wrong (`message`, dbt's first sentence where dbt has one), where, what to do.
 * Anything else that is thrown is a bug. `frames` runs from the innermost template outwards and is filled while unwinding.
 */
export class QuernError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly at: Span | undefined
  readonly hint: string | undefined
  readonly notes: readonly ErrorNote[]
  readonly frames: TemplateFrame[] = []
  /** The node in whose name the error is reported: `model orders (models/orders.sql)`. */
  node: string | undefined
  /** Exit code when this error ends the invocation (2: the command could not run). */
  exitCode = 2

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    details: { at?: Span | undefined; hint?: string | undefined; notes?: readonly ErrorNote[]; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'QuernError'
    this.kind = kind
    this.code = code
    this.at = details.at
    this.hint = details.hint
    this.notes = details.notes ?? []
  }

  /** `Compilation Error in model orders (models/orders.sql)`. */
  heading(): string {
    return `${this.kind} Error${this.node === undefined ? '' : ` in ${this.node}`}`
  }

  /** Heading, message, place, code frame, template stack, notes and hint: the full text for a person, without colours. */
  render(): string {
    return [this.heading(), ...indent(this.message), ...indent(this.details().join('\n'))].join('\n').trimEnd()
  }

  /** What quern adds below the message: place, code frame, template stack, notes and hint, line by line. */
  details(): string[] {
    const lines: string[] = []
    const where = this.at ?? this.frames.find((frame) => frame.span !== undefined)?.span
    if (where !== undefined) lines.push(...placeLines(where))
    if (this.frames.length > 1 || (this.frames.length === 1 && this.frames[0]!.kind === 'macro')) {
      for (const [depth, frame] of this.frames.entries())
        lines.push(`> ${depth === 0 ? 'in' : 'called by'} ${frameText(frame)}`)
    }
    for (const note of this.notes) {
      lines.push(...note.text.split('\n'))
      if (note.at !== undefined) lines.push(...placeLines(note.at))
    }
    if (this.hint !== undefined) lines.push(`hint: ${this.hint}`)
    return lines
  }
}

function placeLines(span: Span): string[] {
  const { line, column } = span.file.position(span.start)
  return [`${span.file.path}:${line}:${column}`, ...codeFrame(span).split('\n')]
}

const indent = (text: string): string[] => text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))

function frameText(frame: TemplateFrame): string {
  const path = frame.span?.file.path ?? frame.path
  const line = frame.span === undefined ? '' : `:${frame.span.file.position(frame.span.start).line}`
  return `${frame.kind} ${frame.name}${path === undefined ? '' : ` (${path}${line})`}`
}

/** Narrow `unknown` in a catch. */
export const isQuernError = (error: unknown): error is QuernError => error instanceof QuernError
