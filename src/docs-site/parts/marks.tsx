import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { titleOf } from '../data/project.ts'
import { type Health, healthOf } from '../data/status.ts'
import { toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { typeWord } from '../text/format.ts'
import { markdownHtml } from '../text/markdown.ts'
import { Icon } from './icons.tsx'

/** The square in the colour of a resource type. */
export const TypeDot = ({ type }: { readonly type: string }): JSX.Element => (
  <span class={`type-dot type-${type}`} title={typeWord(type)} aria-hidden="true" />
)

export const TypeChip = ({
  type,
  children,
}: {
  readonly type: string
  readonly children?: ComponentChildren
}): JSX.Element => <span class={`chip type-chip type-${type}`}>{children ?? typeWord(type)}</span>

/** A status of an artifact in its colour; `health` where it is not to be taken from the word. */
export function StatusChip({
  status,
  health = healthOf(status),
}: {
  readonly status: string
  readonly health?: Health
}): JSX.Element {
  return (
    <span class={`chip status health-${health}`}>
      <HealthDot health={health} />
      {status}
    </span>
  )
}

/** Shape and colour tell the health: full, ring, square. */
export const HealthDot = ({ health, label }: { readonly health: Health; readonly label?: string }): JSX.Element =>
  label === undefined ? (
    <span class={`health-dot health-${health}`} aria-hidden="true" />
  ) : (
    <span class={`health-dot health-${health}`} role="img" aria-label={label} title={label} />
  )

/** Markdown of the project; HTML in it is text. The one place where HTML is made from texts: see text/markdown.ts. */
export const Markdown = ({ text }: { readonly text: string }): JSX.Element => (
  <div class="markdown" dangerouslySetInnerHTML={{ __html: markdownHtml(text) }} />
)

/** A link to a resource or macro by its id; the bare id when there is none. */
export function ResourceLink({
  id,
  label,
  dot = true,
}: {
  readonly id: string
  readonly label?: string
  readonly dot?: boolean
}): JSX.Element {
  const { project } = useSite()
  const node = project.nodes.get(id)
  const macro = project.macros.get(id)
  if (node === undefined && macro === undefined) return <code class="muted">{id}</code>
  const type = node?.resource_type ?? 'macro'
  return (
    <a class="resource-link" href={toResource(id)} title={id}>
      {dot && <TypeDot type={type} />}
      <span>{label ?? (node === undefined ? macro!.name : titleOf(node))}</span>
    </a>
  )
}

/** Copies a text and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [done, setDone] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async (): Promise<void> => {
    await copyText(text)
    setDone(true)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setDone(false), 1500)
  }
  return (
    <button
      type="button"
      class="icon-button"
      onClick={copy}
      aria-label={done ? 'Copied' : label}
      title={done ? 'Copied' : label}
    >
      <Icon name={done ? 'check' : 'copy'} size={14} />
    </button>
  )
}

/** Pages without a secure address have no clipboard of their own: a hidden field does it there. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined && window.isSecureContext) {
    await navigator.clipboard.writeText(text)
    return
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'unseen'
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

/** A name beside its value. */
export const Fact = ({
  name,
  children,
}: {
  readonly name: string
  readonly children: ComponentChildren
}): JSX.Element => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** A part of a page that the address can lead to. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <section class="section" id={`section-${id}`} aria-labelledby={`heading-${id}`}>
      <div class="section-head">
        <h2 id={`heading-${id}`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

export const Empty = ({ children }: { readonly children: ComponentChildren }): JSX.Element => (
  <p class="empty">{children}</p>
)
