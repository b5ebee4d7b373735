import { type Method, textValue } from './method.ts'

/** A model's access is exactly the value (public, protected, private). */
export const access: Method = ({ criterion }) => {
  const value = textValue(criterion)
  return (node) => node.resource_type === 'model' && node.access === value
}
