import type { CommandName, OptionSpec } from '../cli/option.ts'

/** The methods of `quern` and the commands that they run. */
export const METHODS = {
  build: 'build',
  ci: 'ci',
  run: 'run',
  test: 'test',
  seed: 'seed',
  snapshot: 'snapshot',
  compile: 'compile',
  show: 'show',
  lineage: 'lineage',
  list: 'list',
  parse: 'parse',
  docsGenerate: 'docs generate',
  sourceFreshness: 'source freshness',
  runOperation: 'run-operation',
  retry: 'retry',
  clone: 'clone',
  deps: 'deps',
  debug: 'debug',
  check: 'check',
  diff: 'diff',
  clean: 'clean',
  init: 'init',
} as const satisfies Readonly<Record<string, CommandName>>
export type MethodName = keyof typeof METHODS

/** Methods with an option that is a bare word on the command line. */
export const ARGUMENTS: Readonly<
  Partial<Record<MethodName, { readonly name: string; readonly required: boolean; readonly help: string }>>
> = {
  runOperation: { name: 'macro', required: false, help: 'Name of the macro, `package.macro` or `macro`; or `sql`.' },
  lineage: {
    name: 'of',
    required: false,
    help: 'The model, seed, snapshot or source to follow, with or without a column: `orders`, `orders.amount`.',
  },
  init: { name: 'projectName', required: true, help: 'Name of the project and of its folder.' },
}

/** What an option is called here: the usual long spelling in camelCase. */
export const optionName = (option: OptionSpec): string =>
  (option.long[0] ?? '').replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
