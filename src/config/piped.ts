import type { Flags } from './flags.ts'

/** Whether a document takes the place of the log on standard output: one for programs that goes to no file. */
export const isPiped = ({ check, diff, output }: Pick<Flags, 'check' | 'diff' | 'output'>): boolean =>
  (check ?? diff ?? { format: 'text' }).format !== 'text' && output === null
