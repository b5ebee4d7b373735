import type { JSX } from 'preact'
import { Logo } from '../parts/icons.tsx'

/** The page when there is nothing to show: why, and what to do. */
export const LoadProblem = ({
  message,
  advice,
}: {
  readonly message: string
  readonly advice: string
}): JSX.Element => (
  <div class="load-problem" role="alert">
    <Logo />
    <h1>There is nothing to show yet</h1>
    <p>{message}</p>
    <p>{advice}</p>
  </div>
)
