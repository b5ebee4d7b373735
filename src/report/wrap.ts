/**
 * Wraps a message as dbt does: paragraphs are divided by an empty line, each becomes lines of at most `width` characters, and the empty
 * lines go. Words longer than a line are cut, blanks inside a line are kept, escape codes count as characters (Python's textwrap).
 */
export const wrapMessage = (text: string, width: number): string =>
  text
    .split(text.includes('\r\n\r\n') ? '\r\n\r\n' : '\n\n')
    .map((paragraph) => fill(paragraph, width))
    .join('\n')

function fill(paragraph: string, width: number): string {
  const chunks =
    paragraph
      .replace(/\t/g, '        ')
      .replace(/[\n\v\f\r]/g, ' ')
      .match(/\s+|\S+/g) ?? []
  const lines: string[] = []
  let line = ''
  const finish = (): void => {
    lines.push(line.trimEnd())
    line = ''
  }
  for (let chunk of chunks) {
    if (line === '' && lines.length > 0 && chunk.trim() === '') continue
    if (line.length + chunk.length <= width) {
      line += chunk
      continue
    }
    if (chunk.trim() === '') {
      finish()
      continue
    }
    while (chunk.length > width) {
      const room = width - line.length
      line += chunk.slice(0, room)
      chunk = chunk.slice(room)
      finish()
    }
    if (line.length + chunk.length > width && line !== '') finish()
    line += chunk
  }
  if (line.trim() !== '') finish()
  return lines.join('\n')
}
