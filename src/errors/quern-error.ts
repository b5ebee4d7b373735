import { codeFrame } from './code-frame.ts'
import { type Span, userSpan } from './source-file.ts'

/** The word before "Error" in the heading, as dbt prints it: people and CI scripts search for it. */
export type ErrorKind =
  | 'Compilation'
  | 'Parsing'
  | 'Database'
  | 'Runtime'
  | 'Dependency'
  | 'Validation'
  | 'Contract'
  | 'FailFast'
  | 'Internal'
  | 'Usage'

export interface ErrorNote {
  readonly text: string
  readonly at?: Span
  /** A further problem that was found with the first one, not something about it: reports list it apart. */
  readonly isProblem?: boolean
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

  /** The place in a file that the user wrote: of the error, else of the innermost template that is the user's own. */
  place(): Span | undefined {
    for (const span of [this.at, ...this.frames.map((frame) => frame.span)]) {
      const shown = span === undefined ? undefined : userSpan(span)
      if (shown !== undefined) return shown
    }
    return undefined
  }

  /** The same error with a place in a user's file or a hint that it lacks; `frames` and `node` are kept. */
  completed(extra: { at?: Span | undefined; hint?: string | undefined }): QuernError {
    return this.#copy(this.place() === undefined ? (extra.at ?? this.at) : this.at, this.hint ?? extra.hint)
  }

  /** The same error at another place. */
  movedTo(at: Span): QuernError {
    return this.#copy(at, this.hint)
  }

  #copy(at: Span | undefined, hint: string | undefined): QuernError {
    const { kind, code, message, notes } = this
    const error = new QuernError(kind, code, message, { at, hint, notes, cause: this })
    error.frames.push(...this.frames)
    error.node = this.node
    error.exitCode = this.exitCode
    return error
  }

  /** What quern adds below the message: place, code frame, template stack, notes and hint, line by line. */
  details(): string[] {
    const lines: string[] = []
    const where = this.place()
    if (where !== undefined) lines.push(...placeLines(where))
    if (this.frames.length > 1 || (this.frames.length === 1 && this.frames[0]!.kind === 'macro'))
      lines.push(...stackLines(this.frames.map(frameText)))
    for (const note of this.notes) {
      lines.push(...note.text.split('\n'))
      const at = note.at === undefined ? undefined : userSpan(note.at)
      if (at !== undefined) lines.push(...placeLines(at))
    }
    if (this.hint !== undefined) lines.push(`hint: ${this.hint}`)
    return lines
  }
}

/** `> in <innermost>`, `> called by <next>` ...; the middle of a long stack (a recursion) is left out. */
export function stackLines(frames: readonly string[]): string[] {
  const lines = frames.map((frame, depth) => `> ${depth === 0 ? 'in' : 'called by'} ${frame}`)
  if (lines.length <= 24) return lines
  return [...lines.slice(0, 8), `> ... ${lines.length - 12} more calls ...`, ...lines.slice(-4)]
}

/** `models/a.sql:2:8` and the lines around it. */
export function placeLines(span: Span): string[] {
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
