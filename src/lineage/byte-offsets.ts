/** Turns offsets in the text's UTF-8 bytes, which parsers count in, into offsets in the text. */
export function byteOffsets(text: string): (bytes: number) => number {
  if (/^[\0-\x7f]*$/.test(text)) return (bytes) => bytes
  const offsets: number[] = []
  let at = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    for (let i = 0; i < width; i++) offsets.push(at)
    at += character.length
  }
  return (bytes) => offsets[bytes] ?? text.length
}
