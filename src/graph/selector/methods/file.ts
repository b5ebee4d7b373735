import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** The file's name matches, with or without its ending. */
export const file: Method = ({ criterion }) => {
  const matches = wildcard(textValue(criterion))
  return (node) => {
    const name = node.original_file_path.replaceAll('\\', '/').split('/').at(-1) ?? ''
    const dot = name.lastIndexOf('.')
    return matches(name) || matches(dot > 0 ? name.slice(0, dot) : name)
  }
}
