import { QuernError } from '../../../errors/quern-error.ts'
import { type Method, textValue } from './method.ts'

/** `result:error`: what had this status in the run_results.json of `--state`. */
export const result: Method = ({ criterion, comparison }) => {
  const results = comparison?.state.results
  if (results === undefined) {
    throw new QuernError('Internal', 'no_comparison_results', 'No comparison run_results', {
      hint: "selecting by 'result:' needs --state with the folder of an earlier run's run_results.json",
    })
  }
  const status = textValue(criterion)
  const ids = new Set(results.results.filter((one) => one.status === status).map((one) => one.id))
  return (node) => ids.has(node.unique_id)
}
