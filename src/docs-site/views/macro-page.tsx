import type { JSX } from 'preact'
import type { ArtifactMacro } from '../data/artifact-types.ts'
import { CodeBlock } from '../parts/code-block.tsx'
import { Empty, Fact, Markdown, Section, TypeChip } from '../parts/marks.tsx'
import { toList } from '../route.ts'
import { useSite } from '../site.ts'
import { Neighbours } from './neighbours-section.tsx'

/** A macro: what it is for, what it takes, its code, who uses it. */
export function MacroPage({ macro }: { readonly macro: ArtifactMacro }): JSX.Element {
  const { project } = useSite()
  const given = macro.arguments ?? []
  return (
    <article class="article">
      <header class="page-head">
        <ol class="crumbs" aria-label="Place in the project">
          <li>
            <a href={toList('macro')}>macros</a>
          </li>
          <li>{macro.package_name}</li>
        </ol>
        <div class="title-line">
          <h1>{macro.name}</h1>
          <TypeChip type="macro" />
        </div>
      </header>
      {macro.description ? <Markdown text={macro.description} /> : <Empty>No description.</Empty>}
      <dl class="facts">
        <Fact name="Package">{macro.package_name}</Fact>
        {macro.original_file_path !== undefined && (
          <Fact name="File">
            <code>{macro.original_file_path}</code>
          </Fact>
        )}
      </dl>
      {given.length > 0 && (
        <Section id="arguments" title="Arguments">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
                <th scope="col">Description</th>
              </tr>
            </thead>
            <tbody>
              {given.map((argument) => (
                <tr key={argument.name}>
                  <th scope="row">
                    <code>{argument.name}</code>
                  </th>
                  <td>
                    <code class="type">{argument.type ?? ''}</code>
                  </td>
                  <td>{argument.description ? <Markdown text={argument.description} /> : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      <Section id="code" title="Code">
        <CodeBlock code={macro.macro_sql.trim()} language="jinja" owner={macro} label="source code" />
      </Section>
      <Section id="lineage" title="Uses">
        <div class="neighbours">
          <Neighbours title="Calls" ids={macro.depends_on?.macros ?? []} none="Calls no other macro." />
          <Neighbours title="Used by" ids={project.macroUsers.get(macro.unique_id) ?? []} none="Nothing calls it." />
        </div>
      </Section>
    </article>
  )
}
