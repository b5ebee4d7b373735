import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { QuernError } from '../errors/quern-error.ts'
import { SourceFile } from '../errors/source-file.ts'
import { toJson } from '../jinja/python/json.ts'
import { dictGet, isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import { type DeclaredPackages, type PackageSpec, type RenderPackages, readPackages } from './packages.ts'
import { readText, withoutMark } from './read-file.ts'
import { locate, readYaml } from './read-yaml.ts'

/** A package in a folder of this machine, ready to be linked. */
export interface LocalPackage {
  /** As written: below the root project's folder, or absolute. */
  readonly source: string
  /** Absolute folder. */
  readonly folder: string
  /** The project's name: what its folder below the install path is called. */
  readonly name: string
}

/**
 * The local packages that a project asks for, with those that they ask for in turn, each once, in order of mention.
 * A path of a package's own packages.yml is meant from the root project, as in dbt, or else from the package.
 * Throws for folders without dbt_project.yml, for two packages of one name, and for packages of other kinds.
 */
export function resolveLocalPackages(
  root: string,
  cwd: string,
  declared: DeclaredPackages,
  render: RenderPackages,
): LocalPackage[] {
  refuseOtherKinds(declared)
  const found = new Map<string, LocalPackage>()
  let pending = declared.specs.map((spec) => ({ spec, base: root }))
  while (pending.length > 0) {
    const next: typeof pending = []
    for (const { spec, base } of pending) {
      const folder = folderOf(spec, root, base)
      if ([...found.values()].some((known) => known.folder === folder)) continue
      const name = projectName(folder, spec.source)
      const other = found.get(name)
      if (other !== undefined) throw sameName(name, [other.source, spec.source])
      found.set(name, { source: spec.source, folder, name })
      const inner = readPackages(folder, cwd, render)
      refuseOtherKinds(inner)
      for (const one of inner.specs) next.push({ spec: one, base: folder })
    }
    pending = next
  }
  return [...found.values()]
}

function folderOf(spec: PackageSpec, root: string, base: string): string {
  const fromRoot = resolve(root, spec.source)
  const fromPackage = resolve(base, spec.source)
  return existsSync(join(fromRoot, 'dbt_project.yml')) || !existsSync(join(fromPackage, 'dbt_project.yml'))
    ? fromRoot
    : fromPackage
}

function refuseOtherKinds(declared: DeclaredPackages): void {
  const others = declared.specs.filter((spec) => spec.kind !== 'local')
  if (others.length === 0) return
  const first = declared.specs.indexOf(others[0]!)
  throw new QuernError(
    'Runtime',
    'package_kind_not_supported',
    `Only local packages can be installed yet; packages from the hub, from git and from archives come with a later version of quern.\nNot installed:\n${others.map((spec) => ` - ${spec.kind}: ${spec.source}`).join('\n')}`,
    {
      at: declared.file === undefined ? undefined : locate(declared.file, ['packages', first]),
      hint: 'until then, `dbt deps` can fill dbt_packages, or a copy of the package can be named with `local:`',
    },
  )
}

function projectName(folder: string, source: string): string {
  const path = join(folder, 'dbt_project.yml')
  if (!existsSync(path)) {
    throw new QuernError(
      'Runtime',
      'project_not_found',
      `No dbt_project.yml found at expected path ${path}\nVerify that each entry within packages.yml (and their transitive dependencies) contains a file named dbt_project.yml`,
      { hint: `the entry is local: ${source}` },
    )
  }
  const file = new SourceFile(path, withoutMark(readText(path, path)))
  const data = readYaml(file)
  const name = isDict(data) ? dictGet(data, 'name') : undefined
  if (typeof name !== 'string' || name === '') {
    throw new QuernError('Runtime', 'invalid_project', 'Package defined in dbt_project.yml must have a name!', {
      at: locate(file, []),
    })
  }
  return name
}

const sameName = (name: string, sources: readonly string[]): QuernError =>
  new QuernError(
    'Dependency',
    'package_name_not_unique',
    `Found duplicate project "${name}". This occurs when a dependency has the same project name as some other dependency.`,
    {
      hint: `both are called ${name}: ${sources.join(' and ')}`,
    },
  )

export const lockFile = (root: string): string => join(root, 'package-lock.yml')

/** dbt's fingerprint of what packages.yml asks for: SHA-1 of the entries as sorted JSON. */
export const lockHash = (specs: readonly PackageSpec[]): string =>
  createHash('sha1')
    .update(
      specs
        .map((spec) => toJson({ ...spec.entry, unrendered: spec.unrendered } as PlainDict, { sortKeys: true }))
        .sort()
        .join('\n'),
    )
    .digest('hex')

/** package-lock.yml, or undefined when there is none that can be read. */
export function readLock(path: string): { readonly hash: string | undefined } | undefined {
  if (!existsSync(path)) return undefined
  try {
    const data = readYaml(new SourceFile(path, readFileSync(path, 'utf8')))
    const hash: Value | undefined = isDict(data) ? dictGet(data, 'sha1_hash') : undefined
    return { hash: typeof hash === 'string' ? hash : undefined }
  } catch {
    return undefined
  }
}

/** Writes package-lock.yml as dbt lays it out. */
export function writeLock(path: string, packages: readonly LocalPackage[], hash: string): void {
  const entries = packages.map((one) => `  - local: ${yamlText(one.source)}\n    name: ${yamlText(one.name)}\n`)
  writeFileSync(path, `packages:\n${entries.join('')}sha1_hash: ${yamlText(hash)}\n`)
}

/** Plain where nothing can be mistaken, else quoted. */
const yamlText = (text: string): string =>
  /^[A-Za-z_./][\w./ -]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n|~)$/i.test(text) && !text.endsWith(' ')
    ? text
    : /^[0-9a-f]{40}$/.test(text) && !/^\d+(e\d+)?$/.test(text)
      ? text
      : `'${text.replaceAll("'", "''")}'`

export interface InstallListener {
  starting(one: LocalPackage): void
  /** A symbolic link could not be made: the folder is copied. */
  copying(one: LocalPackage): void
  installed(one: LocalPackage): void
}

/** Empties the install path and links every package into it under its project's name. */
export function installPackages(
  root: string,
  installPath: string,
  packages: readonly LocalPackage[],
  listener: InstallListener,
): void {
  const target = resolve(root, installPath)
  if (packages.some((one) => one.folder === target || one.folder.startsWith(`${target}/`))) {
    throw new QuernError(
      'Runtime',
      'package_in_install_path',
      `A local package lies in ${installPath}, which is emptied when packages are installed.`,
      {
        hint: 'move the package elsewhere',
      },
    )
  }
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const one of packages) {
    listener.starting(one)
    link(one, join(target, one.name), listener)
    listener.installed(one)
  }
}

function link(one: LocalPackage, path: string, listener: InstallListener): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path, { recursive: true, force: true })
  try {
    symlinkSync(one.folder, path, 'dir')
  } catch {
    listener.copying(one)
    cpSync(one.folder, path, { recursive: true })
  }
}
