import { existsSync, readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import vm from 'node:vm'
import { versionText } from './version-text.ts'

/** What the bundle exports: `main.ts`. */
type Bundle = typeof import('./main.ts')
/** A CommonJS module as Node runs it. */
type Wrapped = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void

/** Absolute; the command line, all in one file. */
const BUNDLE = join(dirname(fileURLToPath(import.meta.url)), 'quern.cjs')

/** Where the code stands that V8 made of the bundle; of use to this version of Node on this kind of machine alone. */
export const CODE = `${BUNDLE}-${process.version}-${process.arch}.code`

/** Loads the bundle from its text and, where there is some, the code that was made of it. */
export function loadBundle(cachedData: Buffer | undefined): { readonly bundle: Bundle; readonly script: vm.Script } {
  const script = new vm.Script(Module.wrap(readFileSync(BUNDLE, 'latin1')), {
    filename: BUNDLE,
    cachedData,
  })
  const module = { exports: {} }
  ;(script.runInThisContext() as Wrapped)(module.exports, createRequire(BUNDLE), module, BUNDLE, dirname(BUNDLE))
  return { bundle: module.exports as Bundle, script }
}

const VERSION: ReadonlySet<string> = new Set(['--version', '-V', '-v'])

/**
 * Has V8 optimise a function when it has run four times as much as usual. Node 20's version compiles some seven hundred functions anew in a run of a
 * thousand models, on threads of their own, which takes more time from the database than the better code gives back; that of Node 22 waits longer
 * by itself. Not before the bundle is loaded: compiled code counts as made by another V8 when flags are different.
 */
function optimiseLater(): void {
  if (process.versions.v8.startsWith('11.3.')) v8.setFlagsFromString('--interrupt-budget=270336')
}

/**
 * Starts the command line. Compiling is a good part of what a short command takes, so code that was made when quern was built is taken where this Node
 * can use it; elsewhere Node keeps compiled code by itself, if it is one that does (22.1).
 */
export async function launch(): Promise<void> {
  const [first, ...others] = process.argv.slice(2)
  if (first !== undefined && others.length === 0 && VERSION.has(first)) {
    process.stdout.write(versionText())
    return
  }
  const bundle = loaded()
  optimiseLater()
  await bundle.start()
}

function loaded(): Bundle {
  if (existsSync(CODE)) return loadBundle(readFileSync(CODE)).bundle
  ;(Module as { enableCompileCache?: () => void }).enableCompileCache?.()
  return createRequire(BUNDLE)(BUNDLE) as Bundle
}
