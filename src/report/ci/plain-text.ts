const COLOURS = /\u001b(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])/g

/** A text without colours, with `\n` as its only line end. */
export const plainText = (text: string): string => text.replace(COLOURS, '').replace(/\r\n?/g, '\n')

/** Control characters, and those that turn the direction of text around, as they are written in code: `\u202e`. Line breaks and tabs stay. */
export const visible = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A text of at most `most` UTF-16 units; what is cut off is counted. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const end = /[\ud800-\udbff]/.test(text[most - 1] ?? '') ? most - 1 : most
  return `${text.slice(0, end)}\n... (${text.length - end} more characters)`
}

/** The first line that is not blank, trimmed. */
export const firstLine = (text: string): string =>
  plainText(text)
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? ''
