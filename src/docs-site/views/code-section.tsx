import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { CodeBlock } from '../parts/code-block.tsx'
import { Section } from '../parts/marks.tsx'

/** The source, and what it was compiled to. */
export function CodeSection({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const { raw_code: source = '', compiled_code: compiled } = node
  const [shown, setShown] = useState<'source' | 'compiled'>('source')
  const isPython = node.language === 'python'
  const hasCompiled = typeof compiled === 'string' && compiled !== ''
  return (
    <Section
      id="code"
      title="Code"
      aside={
        hasCompiled && (
          <div class="segments" role="group" aria-label="Which code">
            <button type="button" aria-pressed={shown === 'source'} onClick={() => setShown('source')}>
              Source
            </button>
            <button type="button" aria-pressed={shown === 'compiled'} onClick={() => setShown('compiled')}>
              Compiled
            </button>
          </div>
        )
      }
    >
      {shown === 'compiled' && hasCompiled ? (
        <CodeBlock code={compiled} language={isPython ? 'python' : 'sql'} owner={node} compiled label="compiled code" />
      ) : (
        <CodeBlock code={source} language={isPython ? 'python' : 'jinja'} owner={node} label="source code" />
      )}
    </Section>
  )
}
