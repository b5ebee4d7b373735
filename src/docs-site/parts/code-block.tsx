import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { ArtifactMacro, ArtifactNode } from '../data/artifact-types.ts'
import { toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { type LinkedToken, linkCompiled, linkTemplate } from '../text/code-links.ts'
import { highlight, type Language, linesOf } from '../text/highlight.ts'
import { CopyButton } from './marks.tsx'

/** Code with numbered lines; names of other resources in it are links. */
export function CodeBlock({
  code,
  language,
  owner,
  compiled = false,
  label,
}: {
  readonly code: string
  readonly language: Language
  /** Whose code it is: its dependencies decide what the names mean. */
  readonly owner?: ArtifactNode | ArtifactMacro
  readonly compiled?: boolean
  readonly label: string
}): JSX.Element {
  const { project } = useSite()
  const lines = useMemo(() => {
    let tokens: LinkedToken[]
    if (owner === undefined) tokens = highlight(code, language)
    else if (!compiled) tokens = linkTemplate(project, owner, highlight(code, language))
    else
      tokens = linkCompiled(project, owner as ArtifactNode, code).flatMap(({ text, to }) =>
        to === undefined ? highlight(text, language) : [{ kind: 'text' as const, text, to }],
      )
    return linesOf(tokens)
  }, [project, code, language, owner, compiled])
  return (
    <div class="code">
      <CopyButton text={code} label={`Copy ${label}`} />
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>
          {lines.map((line, at) => (
            <span class="line" key={at}>
              {line.map((token) =>
                token.to === undefined ? <Plain token={token} /> : <Linked token={token} to={token.to} />,
              )}
              {'\n'}
            </span>
          ))}
        </code>
      </pre>
    </div>
  )
}

const Plain = ({ token: { kind, text } }: { readonly token: LinkedToken }): JSX.Element | string =>
  kind === 'text' ? text : <span class={`token-${kind}`}>{text}</span>

const Linked = ({ token: { kind, text }, to }: { readonly token: LinkedToken; readonly to: string }): JSX.Element => (
  <a class={`code-link token-${kind}`} href={toResource(to)} title={to}>
    {text}
  </a>
)
