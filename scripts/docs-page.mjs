// The documentation page as one HTML file: script and styles of src/docs-site inside it, its policy naming them by their hashes. Used by build.mjs.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const STYLES = ['theme', 'base', 'rail', 'article', 'tables', 'graph', 'palette']

/** The page whose element for the data of a self-contained page is empty. */
export async function docsPage(root) {
  const site = join(root, 'src/docs-site')
  const { outputFiles } = await build({
    entryPoints: [join(site, 'main.tsx')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    define: { __QUERN_BUILD__: '"page"' },
    tsconfigRaw: {},
    logLevel: 'warning',
  })
  // In a script element, nothing may look like its end or like a comment of HTML.
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
  const found = readdirSync(join(site, 'styles'))
    .filter((name) => name.endsWith('.css'))
    .sort()
  if (
    found.join() !==
    STYLES.map((name) => `${name}.css`)
      .sort()
      .join()
  )
    throw new Error(`styles of the docs page: ${found}`)
  const css = STYLES.map((name) => readFileSync(join(site, 'styles', `${name}.css`), 'utf8')).join('\n')
  // Who wants the dark colours by the system gets those of the choice.
  const dark = /:root\[data-theme="dark"\] (\{[^}]*\})/.exec(css)?.[1]
  if (dark === undefined) throw new Error('the docs page has no dark colours')
  const style = (
    await build({
      stdin: {
        contents: `${css}\n@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) ${dark} }`,
        loader: 'css',
      },
      write: false,
      minify: true,
      charset: 'utf8',
    })
  ).outputFiles[0].text.trim()
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const parts = { CSP: policy, STYLE: style, SCRIPT: script }
  return readFileSync(join(site, 'page.html'), 'utf8').replace(/\{\{(CSP|STYLE|SCRIPT)\}\}/g, (_, name) => parts[name])
}
