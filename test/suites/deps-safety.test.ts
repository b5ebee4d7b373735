import { execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { git, makeRepository } from '../support/git-repository.ts'
import { tarball, writeTree } from '../support/package-hub.ts'
import { type Ended, quern } from '../support/quern.ts'

/*
 * What a hostile package can do to the machine that fetches it: nothing. And what others of that machine see of a token in an address: nothing.
 */
let base: string
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'quern-deps-safety-')))
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

let count = 0
/** `deps` with these packages, in a folder whose `home`, `tmp` and `project` are all that it may write to. */
async function deps(
  packages: readonly unknown[],
  env: Readonly<Record<string, string>> = {},
  gitConfig = '',
): Promise<Ended & { readonly folder: string; readonly project: string }> {
  const folder = join(base, String(++count))
  const project = join(folder, 'project')
  writeTree(project, { 'dbt_project.yml': 'name: mill\nprofile: mill\n', 'packages.yml': JSON.stringify({ packages }) })
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  writeTree(folder, { 'home/.gitconfig': gitConfig })
  const ended = await quern(['deps', '--log-level', 'debug'], {
    cwd: project,
    env: { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp'), DBT_USE_COLORS: '0', ...env },
  })
  return { ...ended, folder, project }
}

/** All files below a folder with a text in them, or in their name. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(text) || (statSync(path).isFile() && readFileSync(path).includes(text)))
}

describe('a token in the address of a repository', () => {
  const token = 'gh0-Tok3n-marker'
  let stop: () => Promise<void>
  let port: number
  const asked: (string | undefined)[] = []

  beforeAll(async () => {
    const root = join(base, 'served')
    makeRepository(join(root, 'barn'), { 'dbt_project.yml': 'name: barn\n' }, { 'models/a.sql': 'select 1 as id' })
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization)
      if (request.headers.authorization === undefined)
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="barn"' }).end()
      else backend(root, request, response)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
    stop = () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      })
  })
  afterAll(() => stop())

  test.each([
    ['user and token', "me:{{ env_var('DBT_ENV_SECRET_GIT') }}", `me:${token}`],
    ['a token alone', "{{ env_var('DBT_ENV_SECRET_GIT') }}", `${token}:`],
    ['written out', `me:${token}`, `me:${token}`],
  ])(
    '%s: opens it, and is in no argument, no environment and no file',
    { timeout: 60_000 },
    async (_, written, pair) => {
      asked.length = 0
      const trace = join(base, `trace-${count}`)
      const env = {
        DBT_ENV_SECRET_GIT: token,
        GIT_TRACE: trace,
        GIT_TRACE_CURL: `${trace}-curl`,
        GIT_TRACE_CURL_NO_DATA: '1',
      }
      const address = `http://${written}@127.0.0.1:${port}/barn`
      const { exit, stdout, stderr, folder, project } = await deps([{ git: address, revision: 'v1' }], env)
      expect({ exit, stderr }, stdout).toEqual({ exit: 0, stderr: '' })
      expect(existsSync(join(project, 'dbt_packages/barn/dbt_project.yml'))).toBe(true)
      expect(asked).toContain(`Basic ${Buffer.from(pair).toString('base64')}`)
      // every program that git started, with its arguments
      expect(readFileSync(trace, 'utf8')).toContain('git-remote-http')
      expect(readFileSync(trace, 'utf8')).not.toContain(token)
      expect(stdout).not.toContain(token)
      const others = filesWith(folder, token).filter((path) => path !== join(project, 'packages.yml'))
      expect(others).toEqual([])
      expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    },
  )

  test('the programs that git starts do not have it in their environment', { timeout: 60_000 }, async () => {
    const bin = join(base, 'bin')
    writeTree(bin, { git: `#!/bin/sh\nenv >> "${base}/environments"\nPATH="$REAL_PATH" exec git "$@"\n` })
    chmodSync(join(bin, 'git'), 0o755)
    const path = process.env['PATH'] ?? ''
    const env = { DBT_ENV_SECRET_GIT: token, QUERN_ENV_SECRET_OTHER: token, PATH: `${bin}:${path}`, REAL_PATH: path }
    const address = `http://me:{{ env_var('DBT_ENV_SECRET_GIT') }}@127.0.0.1:${port}/barn`
    expect((await deps([{ git: address, revision: 'v1' }], env)).exit).toBe(0)
    const seen = readFileSync(join(base, 'environments'), 'utf8')
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0')
    expect(seen).not.toContain(token)
  })

  test('a wrong one is not shown either, and nobody is asked', { timeout: 60_000 }, async () => {
    const wrong = 'wr0ng-Tok3n-marker'
    const { exit, stdout, folder, project } = await deps([
      { git: `http://me:${wrong}@127.0.0.1:${port}/none`, revision: 'v1' },
    ])
    expect(exit).not.toBe(0)
    expect(stdout).toContain(`http://*****@127.0.0.1:${port}/none`)
    expect(stdout).not.toContain(wrong)
    expect(filesWith(folder, wrong)).toEqual([join(project, 'packages.yml')])
  })
})

/** git's own server behind a request. */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://x')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: 'me',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(request.headers['content-encoding'] ? { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] } : {}),
    },
  })
  request.pipe(child.stdin)
  const out: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.on('close', () => {
    const all = Buffer.concat(out)
    const end = all.indexOf('\r\n\r\n')
    const headers = Object.fromEntries(
      all
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
    )
    const { Status: status = '200', ...others } = headers
    response.writeHead(Number.parseInt(status, 10), others).end(all.subarray(end + 4))
  })
}

test('no program runs because a package says so, whatever the user has set up for git', {
  timeout: 60_000,
}, async () => {
  const marker = join(base, 'ran')
  const repo = join(base, 'hostile')
  const inner = join(base, 'inner')
  makeRepository(inner, { 'a.sql': 'select 1' }, { 'b.sql': 'select 2' })
  makeRepository(
    repo,
    { 'dbt_project.yml': 'name: hostile\n', '.gitattributes': '*.sql filter=evil\n* ident\n' },
    { 'models/a.sql': 'select 1 as id' },
  )
  git(repo, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner, 'sub')
  git(repo, 'commit', '-q', '-m', 'sub')
  const hooks = join(base, 'hooks')
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman']) {
    writeTree(hooks, {
      [hook]: `#!/bin/sh\necho ${hook} >> "${marker}"\n`,
      [`template/hooks/${hook}`]: `#!/bin/sh\necho template-${hook} >> "${marker}"\n`,
    })
    chmodSync(join(hooks, hook), 0o755)
    chmodSync(join(hooks, 'template/hooks', hook), 0o755)
  }
  const config = [
    `[filter "evil"]\n smudge = "echo smudge >> ${marker}; cat"\n clean = cat\n process = "echo process >> ${marker}"\n required = true`,
    `[core]\n hooksPath = ${hooks}\n fsmonitor = ${hooks}/fsmonitor-watchman`,
    `[init]\n templateDir = ${hooks}/template`,
    '[submodule]\n recurse = true\n[fetch]\n recurseSubmodules = true\n[protocol "file"]\n allow = always\n[protocol "ext"]\n allow = always',
  ].join('\n')
  const { exit, stdout, project } = await deps([{ git: `file://${repo}`, revision: 'main' }], {}, `${config}\n`)
  expect(exit, stdout).toBe(0)
  expect(readFileSync(join(project, 'dbt_packages/hostile/models/a.sql'), 'utf8')).toBe('select 1 as id')
  expect(existsSync(join(project, 'dbt_packages/hostile/sub/a.sql'))).toBe(false)
  expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('')
})

test.each([
  ['a program', 'ext::sh -c touch% /tmp/quern-ran'],
  ['a file descriptor', 'fd::3'],
  ['an option', '--upload-pack=touch /tmp/quern-ran'],
  ['a host that is an option', 'ssh://-oProxyCommand=touch/x'],
])('the address of a repository is none: %s', async (_, address) => {
  rmSync('/tmp/quern-ran', { force: true })
  const { exit, stdout } = await deps([{ git: address, revision: 'v1' }])
  expect(exit, stdout).not.toBe(0)
  expect(existsSync('/tmp/quern-ran')).toBe(false)
})

test('a subdirectory that is a link out of the repository', async () => {
  const repo = join(base, 'linked')
  const secret = join(base, 'private')
  writeTree(secret, { 'dbt_project.yml': 'name: private\n', 'models/a.sql': 'select 1' })
  makeRepository(repo, { 'dbt_project.yml': 'name: linked\n' }, { 'b.md': 'b' })
  symlinkSync(secret, join(repo, 'models'))
  git(repo, 'add', '-A')
  git(repo, 'commit', '-q', '-m', 'link')
  const { exit, stdout, project } = await deps([{ git: `file://${repo}`, revision: 'main', subdirectory: 'models' }])
  expect(exit).not.toBe(0)
  expect(stdout).toContain("'models' is no folder in the repository")
  expect(existsSync(join(project, 'dbt_packages'))).toBe(false)
})

describe('a package whose project calls itself', () => {
  test.each([
    '../../escaped', '..', '.', '/escaped', 'a/b', '../project', '../../project/models',
  ])('%s is not installed', async (name) => {
    const archive = join(base, `named-${count}.tgz`)
    writeFileSync(archive, tarball('top', { 'dbt_project.yml': `name: ${JSON.stringify(name)}\n` }))
    const repo = join(base, `named-${count}`)
    makeRepository(repo, { 'dbt_project.yml': `name: ${JSON.stringify(name)}\n` }, { b: '' })
    for (const entry of [{ tarball: archive, name }, { git: `file://${repo}`, revision: 'v1' }]) {
      const { exit, stdout, folder, project } = await deps([entry])
      expect(exit, stdout).not.toBe(0)
      expect(readdirSync(folder).sort()).toEqual(['home', 'project', 'tmp'])
      expect(readdirSync(project).filter((file) => !/^(dbt_project|packages|package-lock)\.yml$|^logs$/.test(file))).toEqual([])
      expect(existsSync('/escaped')).toBe(false)
    }
  }) // biome-ignore format: one list
})

test("a repository that is not the user's own is not trusted with programs", async () => {
  // a bare repository inside of a package, with settings of its own
  const repo = join(base, 'bare')
  await promisify(execFile)('git', ['init', '-q', '--bare', repo])
  writeFileSync(
    join(repo, 'config'),
    `[core]\n bare = true\n fsmonitor = "touch ${base}/ran-bare"\n sshCommand = "touch ${base}/ran-bare"\n[uploadpack]\n packObjectsHook = "touch ${base}/ran-bare"\n`,
  )
  const { exit } = await deps([{ git: `file://${repo}`, revision: 'HEAD' }])
  expect(exit).not.toBe(0)
  expect(existsSync(join(base, 'ran-bare'))).toBe(false)
})

test('an encrypted address that leads to one that is not', { timeout: 60_000 }, async () => {
  const [key, cert] = [join(base, 'key.pem'), join(base, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ])
  const archive = tarball('top', { 'dbt_project.yml': 'name: husk\n' })
  const plain = createServer((_, response) => response.end(archive))
  await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done))
  const to = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/husk.tgz`
  const encrypted = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) =>
    request.url === '/moved' ? response.writeHead(302, { Location: to }).end() : response.end(archive),
  )
  await new Promise<void>((done) => encrypted.listen(0, '127.0.0.1', done))
  const address = `https://127.0.0.1:${(encrypted.address() as AddressInfo).port}`
  const env = { REQUESTS_CA_BUNDLE: cert }
  try {
    expect((await deps([{ tarball: `${address}/husk.tgz`, name: 'husk' }], env)).exit).toBe(0)
    const { exit, stdout } = await deps([{ tarball: `${address}/moved`, name: 'husk' }], env)
    expect(exit).not.toBe(0)
    expect(stdout).toContain('leads to an address that is not encrypted')
  } finally {
    for (const server of [plain, encrypted]) {
      server.closeAllConnections()
      server.close()
    }
  }
})
