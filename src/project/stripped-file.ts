import { type Position, SourceFile } from '../errors/source-file.ts'
import { stripBlank } from './read-file.ts'

/**
 * A file whose text is taken without the blanks around it, as dbt takes nodes' code, while positions and lines are still those of the file
 * that the user wrote.
 */
export class StrippedFile extends SourceFile {
  readonly #whole: SourceFile
  readonly #lead: number

  constructor(path: string, whole: string) {
    const text = stripBlank(whole)
    super(path, text)
    this.#whole = new SourceFile(path, whole)
    this.#lead = text === '' ? 0 : whole.indexOf(text)
  }

  override position(offset: number): Position {
    return this.#whole.position(Math.min(offset, this.text.length) + this.#lead)
  }

  override offset(line: number, column = 1): number {
    return Math.max(0, Math.min(this.#whole.offset(line, column) - this.#lead, this.text.length))
  }

  override line(line: number): string | undefined {
    return this.#whole.line(line)
  }
}

/** Part of a file, with the positions of the whole. */
export class FilePart extends SourceFile {
  readonly #whole: SourceFile
  readonly #start: number
  constructor(whole: SourceFile, start: number, text: string) {
    super(whole.path, text)
    this.#whole = whole
    this.#start = start
  }
  override position(offset: number): Position {
    return this.#whole.position(Math.min(offset, this.text.length) + this.#start)
  }
  override offset(line: number, column = 1): number {
    return Math.max(0, Math.min(this.#whole.offset(line, column) - this.#start, this.text.length))
  }
  override line(line: number): string | undefined {
    return this.#whole.line(line)
  }
}
