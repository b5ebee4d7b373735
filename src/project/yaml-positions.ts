import { createRequire } from 'node:module'

/** The YAML reader that keeps positions; loaded only when a file is wrong, since most runs never need it. */
export const positionReader = (): typeof import('yaml') =>
  createRequire(import.meta.url)('yaml') as typeof import('yaml')
