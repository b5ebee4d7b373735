import { SaxesParser } from 'saxes'

/** An element of an XML document. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  text: string
}

/** Reads an XML document strictly: rejects what is not well-formed, characters of XML 1.0 included. */
export function parseXml(text: string): XmlNode {
  const root: XmlNode = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const node: XmlNode = { name, attributes: attributes as Record<string, string>, children: [], text: '' }
    open.at(-1)!.children.push(node)
    open.push(node)
  })
  parser.on('text', (part) => {
    open.at(-1)!.text += part
  })
  parser.on('closetag', () => void open.pop())
  parser.write(text).close()
  return root.children[0] as XmlNode
}

/** What junit-10.xsd of Jenkins' xunit plugin allows, with the attribute `file` of test cases that GitLab documents: children, attributes, those that are required. */
const JUNIT: Readonly<Record<string, { children: string[]; attributes: string[]; required: string[] }>> = {
  testsuites: { children: ['testsuite'], attributes: ['name', 'time', 'tests', 'failures', 'errors'], required: [] },
  testsuite: {
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
    attributes: ['name', 'tests', 'failures', 'errors', 'group', 'time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file', 'log', 'url', 'version'],
    required: ['name', 'tests', 'failures', 'errors'],
  },
  testcase: {
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    attributes: ['name', 'time', 'classname', 'group', 'file'],
    required: ['name'],
  },
  failure: { children: [], attributes: ['type', 'message'], required: [] },
  error: { children: [], attributes: ['type', 'message'], required: [] },
  skipped: { children: [], attributes: ['type', 'message'], required: [] },
  'system-out': { children: [], attributes: [], required: [] },
  'system-err': { children: [], attributes: [], required: [] },
} // biome-ignore format: a table

const TIME = /^[0-9]{0,3}(,?[0-9]{3})*(\.[0-9]{0,3})?$/

/** What of a document is not JUnit's, and counts that are not those of its cases; empty = nothing. */
export function junitProblems(node: XmlNode): string[] {
  const rule = JUNIT[node.name]
  if (rule === undefined) return [`element ${node.name}`]
  const names = Object.keys(node.attributes)
  const found = [
    ...names.filter((name) => !rule.attributes.includes(name)).map((name) => `${node.name} has ${name}`),
    ...rule.required.filter((name) => !names.includes(name)).map((name) => `${node.name} lacks ${name}`),
    ...node.children.filter(({ name }) => !rule.children.includes(name)).map(({ name }) => `${name} in ${node.name}`),
  ]
  const { time } = node.attributes
  if (time !== undefined && node.name !== 'testcase' && !TIME.test(time)) found.push(`time ${time} of ${node.name}`)
  if (node.name === 'testsuite' || node.name === 'testsuites') {
    for (const [attribute, child] of [['tests', undefined], ['failures', 'failure'], ['errors', 'error'], ['skipped', 'skipped']] as const) {
      const written = node.attributes[attribute]
      const counted = casesOf(node).filter((one) => child === undefined || one.children.some(({ name }) => name === child)).length
      if (written !== undefined && Number(written) !== counted) found.push(`${node.name} says ${attribute}=${written}, has ${counted}`)
    }
  } // biome-ignore format: a table
  return [...found, ...node.children.flatMap(junitProblems)]
}

export const casesOf = (node: XmlNode): XmlNode[] =>
  node.children.flatMap((child) => (child.name === 'testcase' ? [child] : casesOf(child)))
