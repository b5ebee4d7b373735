import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseArgv } from '../../src/cli/parse-argv.ts'
import { quern } from '../../src/index.ts'
import { diffExample } from '../support/diff-example.ts'
import { inFolder, removeFolders } from '../support/library-project.ts'
import { REPOSITORY } from '../support/quern.ts'

/*
 * docs/diff.md: what its examples show is what the commands above them print, and its commands are understood.
 */

const page = readFileSync(join(REPOSITORY, 'docs', 'diff.md'), 'utf8')
/** What follows a command in a block: `$ quern diff ...` and its output. */
const sessions = [...page.matchAll(/^```\n\$ quern (.*)\n([\s\S]*?)^```$/gm)].map(
  ([, command, output]) => [command as string, output as string] as const,
)

let folder: string
beforeAll(async () => {
  folder = await diffExample()
}, 60_000)
afterAll(removeFolders)

/** Without the lines of the log, which have the time in front. */
const withoutLog = (text: string): string => text.replace(/^\d\d:\d\d:\d\d {2}.*\n/gm, '')

test.each(sessions)('quern %s', { timeout: 60_000 }, async (command, output) => {
  const end = await quern.invoke(command.split(' '), inFolder(folder))
  expect(withoutLog(end.output)).toBe(output)
})

test('there are examples', () => expect(sessions.length).toBeGreaterThan(0))

test('commands of recipes are understood', () => {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text as string)
  const steps = blocks.flatMap((text) => parse(text) as { run?: string }[])
  const commands = steps.flatMap(({ run }) =>
    [...(run ?? '').matchAll(/quern (diff [^\n;>]*)/g)].map(([, one]) => one as string),
  )
  expect(commands.length).toBeGreaterThan(0)
  for (const command of commands) expect(parseArgv(command.trim().replaceAll('"', '').split(' ')).command).toBe('diff')
})
