import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLI, quern } from '../support/quern.ts'
import { folderWith } from '../unit/config/project-files.ts'

/** A shell's executable: of QUERN_TEST_SHELLS (folders), else of PATH. */
function shell(name: string): string | undefined {
  const folders = `${process.env['QUERN_TEST_SHELLS'] ?? ''}${delimiter}${process.env['PATH'] ?? ''}`.split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => path.startsWith('/') && existsSync(path))
}

/** A project with `quern` on the PATH beside it. */
function setUp(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const cwd = folderWith({
    'dbt_project.yml': 'name: shop\nprofile: p\n',
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: x.duckdb}, ci: {type: duckdb}}}\n',
    'selectors.yml': 'selectors: [{name: nightly, definition: orders}]',
    'models/orders.sql': "{{ config(tags=['daily']) }} select 1 as id",
  })
  mkdirSync(join(cwd, 'bin'))
  writeFileSync(join(cwd, 'bin/quern'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, { mode: 0o755 })
  symlinkSync(process.execPath, join(cwd, 'bin/node'))
  return { cwd, env: { PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, HOME: cwd } }
}

const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['quern run --sele', ['--select', '--selector']],
  ['quern docs ', ['generate', 'serve']],
  ['quern run --target ', ['ci', 'dev']],
  ['quern run --select or', ['orders']],
  ['quern run --selector ', ['nightly']],
  ['quern run --log-format ', ['debug', 'default', 'json', 'text']],
]

describe('completion in real shells', () => {
  test('bash: words, and what bash cuts at : and =', { timeout: 120_000 }, async () => {
    const bash = shell('bash')
    if (bash === undefined) throw new Error('bash is needed')
    const { cwd, env } = setUp()
    expect((await quern(['parse'], { cwd, env })).exit).toBe(0)
    const script = (await quern(['completion', 'bash'], { cwd, env })).stdout
    writeFileSync(join(cwd, 'completion.bash'), script)
    execFileSync(bash, ['-n', 'completion.bash'], { cwd })
    const complete = (line: string): string[] => {
      const driver = `source completion.bash; COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}; _quern; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout } = spawnSync(bash, ['-c', driver, 'bash', line], { cwd, env, encoding: 'utf8' })
      return stdout
        .split('\n')
        .filter((word) => word !== '')
        .sort()
    }
    for (const [line, wanted] of LINES) expect(complete(line), line).toEqual(wanted)
    expect(complete('quern run --select tag:')).toEqual(['daily'])
    expect(complete('quern run --log-level=e')).toEqual(['error'])
    expect(complete('quern run --vars ')).toEqual([])
    const registered = spawnSync(bash, ['-c', 'source completion.bash; complete -p quern'], {
      cwd,
      env,
      encoding: 'utf8',
    })
    expect(registered.stdout.trim()).toBe('complete -o default -F _quern quern')
  })

  const zsh = shell('zsh')
  test.skipIf(zsh === undefined)('zsh (skipped where it is not installed)', { timeout: 120_000 }, async () => {
    const { cwd, env } = setUp()
    await quern(['parse'], { cwd, env })
    writeFileSync(join(cwd, '_quern'), (await quern(['completion', 'zsh'], { cwd, env })).stdout)
    execFileSync(zsh!, ['-n', '_quern'], { cwd })
    // The functions of zsh's completion system say what they are given.
    const driver = `compdef() { : }; _files() { print -- FILES }; compadd() { local name="\${@[-1]}"; print -l -- "\${(P@)name}" }; source ./_quern
      words=("\${(@z)1}"); [[ "$1" == *' ' ]] && words+=(''); CURRENT=\${#words}; _quern`
    const complete = (line: string): string[] =>
      spawnSync(zsh!, ['-f', '-c', driver, 'zsh', line], { cwd, env, encoding: 'utf8' })
        .stdout.split('\n')
        .filter((word) => word !== '')
        .sort()
    for (const [line, wanted] of LINES) expect(complete(line), line).toEqual(wanted)
    expect(complete('quern run --select tag:')).toEqual(['tag:daily'])
    expect(complete('quern run --vars ')).toEqual(['FILES'])
  })

  const fish = shell('fish')
  test.skipIf(fish === undefined)('fish (skipped where it is not installed)', { timeout: 120_000 }, async () => {
    const { cwd, env } = setUp()
    await quern(['parse'], { cwd, env })
    writeFileSync(join(cwd, 'quern.fish'), (await quern(['completion', 'fish'], { cwd, env })).stdout)
    const libraries = { LD_LIBRARY_PATH: process.env['QUERN_TEST_SHELL_LIBRARIES'] ?? '' }
    execFileSync(fish!, ['--no-execute', 'quern.fish'], { cwd, env: { ...env, ...libraries } })
    const complete = (line: string): string[] =>
      spawnSync(fish!, ['--no-config', '-c', 'source quern.fish; complete -C $argv[1]', line], {
        cwd,
        env: { ...env, ...libraries },
        encoding: 'utf8',
      })
        .stdout.split('\n')
        .map((one) => one.split('\t')[0]!)
        .filter((word) => word !== '')
        .sort()
    for (const [line, wanted] of LINES) expect(complete(line), line).toEqual(wanted)
    expect(complete('quern run --select tag:')).toEqual(['tag:daily'])
  })
})
