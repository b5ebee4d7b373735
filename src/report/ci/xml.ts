/** An element: children are elements and texts. Attributes that are undefined are left out. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | undefined>>
  readonly children: readonly (XmlElement | string)[]
}

export const element = (
  name: string,
  attributes: XmlElement['attributes'] = {},
  children: XmlElement['children'] = [],
): XmlElement => ({ name, attributes, children })

/** An XML 1.0 document in UTF-8, indented by two blanks; elements with text stand as they are. */
export const xmlDocument = (root: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}\n`

function written({ name, attributes, children }: XmlElement, indent: string): string {
  const given = Object.entries(attributes)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([key, value]) => ` ${key}="${attributeText(value)}"`)
    .join('')
  if (children.length === 0) return `${indent}<${name}${given}/>`
  if (children.some((child) => typeof child === 'string'))
    return `${indent}<${name}${given}>${children.map((child) => (typeof child === 'string' ? contentText(child) : written(child, ''))).join('')}</${name}>`
  const inner = children.map((child) => written(child as XmlElement, `${indent}  `))
  return `${indent}<${name}${given}>\n${inner.join('\n')}\n${indent}</${name}>`
}

/** Characters that XML 1.0 has no way to write (most control characters, halves of surrogate pairs) become U+FFFD. */
const allowed = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')

const contentText = (text: string): string =>
  allowed(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;')

const attributeText = (text: string): string =>
  contentText(text).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')
