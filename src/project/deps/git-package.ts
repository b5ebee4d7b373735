import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, normalize, posix, sep } from 'node:path'
import { secretsInText } from '../../adapter/profile-secrets.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { makeWarning } from '../../events/warnings.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { type PackageSpec, placeOf } from '../packages.ts'
import { linksOutOf } from './archive.ts'
import { GitFailure, git } from './git.ts'
import { shownUrl } from './http.ts'
import { folderMetadata, moveFolder } from './package-folder.ts'
import { type DepsServices, type PackageMetadata, type PinnedPackage, scrubbed } from './pinned.ts'
import { withoutSecrets } from './tarball-package.ts'

const COMMIT = /^[0-9a-f]{40}$/

export const revisionOf = (spec: PackageSpec): string | undefined => {
  const revision: Value = spec.entry['revision'] ?? null
  return revision === null ? undefined : toText(revision)
}

export const subdirectoryOf = (spec: PackageSpec): string | undefined => {
  const subdirectory: Value = spec.entry['subdirectory'] ?? null
  return typeof subdirectory === 'string' && subdirectory !== '' ? subdirectory : undefined
}

/** `https://x/y.git`, or with the subdirectory behind it: what tells git packages from each other. */
export function gitNames(spec: PackageSpec): readonly [string, string] {
  const other = spec.source.endsWith('.git') ? spec.source.slice(0, -4) : `${spec.source}.git`
  const tail = subdirectoryOf(spec) === undefined ? '' : `/${subdirectoryOf(spec)}`
  return [spec.source + tail, other + tail]
}

/**
 * A git repository at one revision, or a folder in it. Several entries for one repository have to agree on the revision: throws a
 * Runtime Error otherwise, and for addresses and revisions that git would not take as such.
 */
export function gitPackage(specs: readonly PackageSpec[], services: DepsServices): PinnedPackage {
  const spec = specs[0]!
  const url = spec.source
  services.hide?.(secretsInText(url))
  const shown = shownUrl(scrubbed(url, services))
  const subdirectory = subdirectoryOf(spec)
  const wanted = wantedRevision(specs, services)
  checkUrl(spec, shown)
  checkSubdirectory(spec)
  let fetched: Promise<Checkout> | undefined
  let commit: string | undefined
  const checkout = async (): Promise<Checkout> => {
    fetched ??= fetchRevision(spec, url, wanted, services)
    const result = await fetched
    commit = result.commit
    return result
  }
  const label = scrubbed(gitNames(spec)[0], services)
  let warned = false
  return {
    id: `${gitNames(spec)[0]}@${wanted}`,
    label,
    latest: undefined,
    version: wanted,
    subdirectory,
    versionName: () => `revision ${commit ?? wanted}`,
    lockEntry: () => ({
      git: withoutSecrets(typeof spec.unrendered['git'] === 'string' ? spec.unrendered['git'] : url, services),
      revision: commit ?? wanted,
      ...(subdirectory === undefined ? {} : { subdirectory }),
    }),
    metadata: async (): Promise<PackageMetadata> => {
      const { folder } = await checkout()
      if (!warned && specs.every((one) => one.entry['warn-unpinned'] !== false)) warnUnpinned(wanted, shown, services)
      warned = true
      return folderMetadata(folder, label, placeOf(spec, 'git'), services)
    },
    install: async (path) => moveFolder((await checkout()).folder, path),
  }
}

function wantedRevision(specs: readonly PackageSpec[], services: DepsServices): string {
  const revisions = [...new Set(specs.flatMap((one) => revisionOf(one) ?? []))]
  if (revisions.length > 1) {
    const name = scrubbed(gitNames(specs[0]!)[0], services)
    throw new QuernError(
      'Runtime',
      'git_revisions_differ',
      `git dependencies should contain exactly one version. ${name} contains: {${revisions.map((one) => repr(one)).join(', ')}}`,
      { at: placeOf(specs[0]!, 'revision'), notes: askers(specs) },
    )
  }
  const revision = revisions[0] ?? 'HEAD'
  // what git refuses as a name of a branch or tag
  if (/^$|^[-/.]|[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|[/.]$|\.lock$/.test(revision)) {
    throw new QuernError('Runtime', 'invalid_revision', `${repr(revision)} is no revision of a git repository`, {
      at: placeOf(specs[0]!, 'revision'),
      hint: 'it is a tag, a branch, or the 40 characters of a commit',
    })
  }
  return revision
}

/** Where else the package is asked for, for errors about entries that contradict each other. */
export const askers = (
  specs: readonly PackageSpec[],
): { text: string; at?: NonNullable<ReturnType<typeof placeOf>> }[] =>
  specs.slice(1).map((spec) => {
    const at = placeOf(spec)
    return { text: `also asked for by ${spec.place.file.path}`, ...(at === undefined ? {} : { at }) }
  })

function checkUrl(spec: PackageSpec, shown: string): void {
  if (!/^-|[\x00-\x1f]/.test(spec.source) && !/^(ext|fd)::/i.test(spec.source)) return
  throw new QuernError('Runtime', 'invalid_package_url', `${repr(shown)} cannot be the address of a git repository`, {
    at: placeOf(spec, 'git'),
    hint: 'it is an address with https:// or ssh://, git@host:owner/name.git, or a folder',
  })
}

function checkSubdirectory(spec: PackageSpec): void {
  const subdirectory = subdirectoryOf(spec)
  if (subdirectory === undefined) return
  const path = posix.normalize(subdirectory.replaceAll('\\', '/'))
  if (!posix.isAbsolute(path) && !path.split('/').includes('..') && !/^[A-Za-z]:|\0/.test(path)) return
  throw invalidSubdirectory(spec)
}

const invalidSubdirectory = (spec: PackageSpec): QuernError =>
  new QuernError(
    'Runtime',
    'invalid_subdirectory',
    `${repr(subdirectoryOf(spec) ?? '')} is no folder in the repository`,
    {
      at: placeOf(spec, 'subdirectory'),
      hint: 'it is a path from the top of the repository, without .. and without links that lead out of it',
    },
  )

function warnUnpinned(revision: string, shown: string, services: DepsServices): void {
  if (!['HEAD', 'main', 'master'].includes(revision)) return
  const how = revision === 'HEAD' ? 'not pinned, using HEAD (default branch)' : `pinned to the "${revision}" branch`
  const text = `The git package "${shown}" \n\tis ${how}.\n\tWhat it holds can change from one day to the next: give it a tag or a commit as its revision.`
  services.emit(
    makeWarning('DepsUnpinned', 'M029', `WARNING: ${text}`, { style: 'yellow', data: { revision, git: shown } }),
  )
}

interface Checkout {
  /** The package's folder: the repository's, or the subdirectory's. */
  readonly folder: string
  readonly commit: string
}

/** Fetches one commit and no history, and only the files of the subdirectory where the server can do so. */
async function fetchRevision(
  spec: PackageSpec,
  url: string,
  revision: string,
  services: DepsServices,
): Promise<Checkout> {
  const repository = mkdtempSync(join(services.downloads, 'git-'))
  const subdirectory = subdirectoryOf(spec)
  const { address, settings, forget } = withoutPassword(url, services)
  const run = (...args: string[]): Promise<string> => git(repository, [...settings, ...args], services)
  try {
    await run('init', '--quiet', '--template=')
    // no filter of the user's settings (git-lfs ...) runs because a package says so
    mkdirSync(join(repository, '.git', 'info'), { recursive: true })
    writeFileSync(join(repository, '.git', 'info', 'attributes'), '* -filter\n')
    await run('remote', 'add', '--', 'origin', address)
    const filter = subdirectory === undefined ? [] : ['--filter=blob:none']
    const fetch = (...refs: string[]): Promise<string> =>
      run('fetch', '--quiet', '--no-tags', '--depth', '1', ...filter, '--', 'origin', ...refs)
    const commit = await fetchCommit(revision, run, fetch)
    await run('checkout', '--quiet', commit, '--', subdirectory ?? '.')
    rmSync(join(repository, '.git'), { recursive: true, force: true })
    const folder = subdirectory === undefined ? repository : join(repository, normalize(subdirectory))
    if (existsSync(folder)) {
      if (!`${realpathSync(folder)}${sep}`.startsWith(`${realpathSync(repository)}${sep}`))
        throw invalidSubdirectory(spec)
      for (const link of linksOutOf(folder)) leaveOut(folder, link, services)
    }
    return { folder, commit }
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    throw checkoutFailed(
      spec,
      revision,
      scrubbed(shownUrl(error.message.replaceAll(url, shownUrl(url))), services),
      services,
    )
  } finally {
    forget()
  }
}

/**
 * An address without the user and password in it, and what gives them to git all the same: a file that only this user can read, for as long as git
 * works. Arguments of a process are for all users of a machine to see, and git hands the whole address on to its helpers.
 */
function withoutPassword(
  url: string,
  services: DepsServices,
): { readonly address: string; readonly settings: readonly string[]; readonly forget: () => void } {
  const [, scheme, user, rest] = /^(https?:\/\/)([^/?#@\s]+(?:@[^/?#@\s]+)*)@(.*)$/is.exec(url) ?? []
  const isSecret = user?.includes(':') === true || services.secrets.some((secret) => user?.includes(secret))
  // a name alone is none: what the user has set up for it counts
  if (scheme === undefined || user === undefined || rest === undefined || !isSecret)
    return { address: url, settings: [], forget: () => {} }
  const folder = mkdtempSync(join(services.downloads, 'credentials-'))
  const file = join(folder, 'store')
  // a token needs no password
  const pair = (user.includes(':') ? user : `${user}:`).replaceAll('@', '%40')
  writeFileSync(file, `${scheme}${pair}@${/^[^/?#]*/.exec(rest)![0]}\n`, { mode: 0o600 })
  const helper = `store --file='${file.replaceAll("'", "'\\''")}'`
  return {
    address: `${scheme}${rest}`,
    settings: ['-c', 'credential.helper=', '-c', `credential.helper=${helper}`, '-c', 'credential.useHttpPath=false'],
    forget: () => rmSync(folder, { recursive: true, force: true }),
  }
}

type Run = (...args: string[]) => Promise<string>

/** Fetches a tag, else a branch, of that name, or a commit; gives the commit. */
async function fetchCommit(revision: string, run: Run, fetch: Run): Promise<string> {
  if (COMMIT.test(revision)) {
    try {
      await fetch(revision)
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error
      // a server that gives no commits by name: its branches and tags with their history have it, or nothing does
      await run('fetch', '--quiet', '--tags', '--', 'origin', '+refs/heads/*:refs/remotes/origin/*')
    }
    return revision
  }
  const refs = revision === 'HEAD' ? ['HEAD'] : [`refs/tags/${revision}`, `refs/heads/${revision}`]
  const listed = revision === 'HEAD' ? refs : await existing(refs, run)
  if (listed[0] === undefined) throw new GitFailure(`fatal: couldn't find remote ref ${revision}`)
  await fetch(listed[0])
  return (await run('rev-parse', 'FETCH_HEAD^{commit}')).trim()
}

async function existing(refs: readonly string[], run: Run): Promise<string[]> {
  const lines = (await run('ls-remote', '--', 'origin', ...refs)).split('\n')
  const known = new Set(lines.map((line) => line.split('\t')[1]))
  return refs.filter((ref) => known.has(ref))
}

/** A link that would lead into the user's own files once the package is installed. */
function leaveOut(folder: string, link: string, services: DepsServices): void {
  rmSync(join(folder, link), { force: true })
  services.emit({
    kind: 'message',
    level: 'debug',
    name: 'Note',
    code: 'Z050',
    text: `The link ${link} leads out of its package and is left out`,
  })
}

function checkoutFailed(spec: PackageSpec, revision: string, said: string, services: DepsServices): QuernError {
  const shown = shownUrl(scrubbed(spec.source, services))
  const hint = hintFor(revision, said)
  return new QuernError(
    'Runtime',
    'git_checkout_failed',
    `Error checking out spec='${revision}' for repo ${shown}\n${said}`,
    { at: placeOf(spec, 'git'), ...(hint === undefined ? {} : { hint }) },
  )
}

function hintFor(revision: string, said: string): string | undefined {
  if (/remote ref|did not match|not our ref|reference is not a tree|unadvertised/.test(said)) {
    return /^[0-9a-f]{6,39}$/.test(revision)
      ? 'a commit is given by all its 40 characters'
      : 'the repository has no such tag, branch or commit'
  }
  if (/terminal prompts disabled|could not read Username|Authentication failed|Permission denied/.test(said))
    return "for a private repository use an ssh address, or put a token into the address: https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@host/owner/name.git"
  if (/\*{5}/.test(said)) return 'the lock file holds no secrets: run `quern deps --upgrade`'
  return undefined
}
