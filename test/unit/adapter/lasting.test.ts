import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lasting } from '../../../src/adapter/driver.ts'
import { lastingAfter, mayChange, onlyReads, type SentText } from '../../../src/adapter/lasting.ts'

const sent = (text: string, more: Partial<SentText> = {}): SentText => ({
  text,
  before: true,
  after: true,
  outcome: 'done',
  dirty: true,
  ...more,
})

describe('what lasts after one text', () => {
  test.each<[string, Partial<SentText>, Lasting]>([
    ['insert into t values (1)', {}, 'nothing'],
    ['insert into t values (1)', { before: false, after: false }, 'committed'],
    ['select write_something()', { before: false, after: false }, 'committed'],
    ['begin', { before: false }, 'nothing'],
    ['commit', { after: false }, 'committed'],
    ['COMMIT;', { after: false }, 'committed'],
    ['-- done\ncommit', { after: false }, 'committed'],
    ['commit', { after: false, dirty: false }, 'nothing'],
    ['rollback', { after: false }, 'nothing'],
    ['set search_path = x', { before: false, after: false }, 'nothing'],
    ['insert into t values (1); commit; begin', {}, 'committed'],
    ['select case when a then 1 end from t', {}, 'nothing'],
    ["do 'begin perform x; end'", {}, 'nothing'],
    ['do $x$ begin perform f($$;commit$$); end $x$', {}, 'nothing'],
    ['insert into t values (\'a; commit\', "b; commit") -- ; commit', {}, 'nothing'],
    ["select e'it\\'s'; commit; select 'x'", {}, 'committed'],
    ["select 'back\\'; commit; select 'x'", {}, 'committed'],
    // refused: a COMMIT that is refused has rolled back
    ['commit', { outcome: 'refused' }, 'nothing'],
    ['insert into t values (1)', { outcome: 'refused', before: false }, 'nothing'],
    ['insert into t values (1); commit; select nope', { outcome: 'refused' }, 'committed'],
    // lost
    ['insert into t values (1)', { outcome: 'lost' }, 'nothing'],
    ['insert into t values (1)', { outcome: 'lost', before: false }, 'unknown'],
    ['commit', { outcome: 'lost' }, 'unknown'],
    ['commit', { outcome: 'lost', dirty: false }, 'nothing'],
    ['insert into t values (1); commit', { outcome: 'lost' }, 'unknown'],
    ['begin', { outcome: 'lost', before: false }, 'nothing'],
    ['rollback', { outcome: 'lost' }, 'nothing'],
  ])('%s %j: %s', (text, more, expected) => {
    expect(lastingAfter('nothing', sent(text, more))).toBe(expected)
  })

  test('it never gets better', () => {
    expect(lastingAfter('committed', sent('rollback', { after: false }))).toBe('committed')
    expect(lastingAfter('unknown', sent('commit', { after: false }))).toBe('unknown')
    expect(lastingAfter('committed', sent('commit', { outcome: 'lost' }))).toBe('unknown')
  })

  test.each([
    ['select 1', true],
    ['from t', true],
    ['with a as (select 1) select * from a', true],
    ['with a as (select 1) insert into t select * from a', false],
    ["select nextval('s')", false],
    ['select 1; drop table t', false],
    ['create table t as select 1', false],
    ['describe t', true],
  ])('%s only reads: %s', (text, expected) => {
    expect(onlyReads(text)).toBe(expected)
  })
})

/** What a server does with one text: single statements, and texts of several, as pg runs them. */
class Server {
  open = false
  /** Changes of the open transaction. */
  pending = 0
  /** Changes that are there to stay. */
  stayed = 0
  /** `count`: only so many statements of it. */
  run(text: string, count = Number.POSITIVE_INFINITY): void {
    const all = text.split(';').map((part) => part.trim().toLowerCase())
    for (const one of all.slice(0, count)) {
      if (one === 'begin') this.open = true
      else if (one === 'commit') {
        this.stayed += this.pending
        this.pending = 0
        this.open = false
      } else if (one === 'rollback') {
        this.pending = 0
        this.open = false
      } else if (one === 'insert') {
        if (this.open) this.pending++
        else this.stayed++
      }
    }
  }
}

test('what is called `nothing` is nothing, whatever was sent and however the connection ends', () => {
  const statement = fc.constantFrom('begin', 'commit', 'rollback', 'insert', 'set x')
  const text = fc.oneof(
    statement,
    fc.array(statement, { minLength: 2, maxLength: 4 }).map((all) => all.join('; ')),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), fc.nat(4), fc.boolean(), (texts, count, refused) => {
      const server = new Server()
      let lasting: Lasting = 'nothing'
      let dirty = false
      for (const [index, one] of texts.entries()) {
        const before = server.open
        const isLast = index === texts.length - 1
        // the last text does not get to its end: the connection is lost, or one of its statements is refused
        server.run(one, isLast ? Math.min(count, one.split(';').length - (refused ? 1 : 0)) : undefined)
        const outcome = !isLast ? 'done' : refused ? 'refused' : 'lost'
        lasting = lastingAfter(lasting, { text: one, before, after: server.open, outcome, dirty })
        dirty = server.open && (dirty || mayChange(one))
      }
      // the connection is gone: what was open is rolled back
      if (lasting === 'nothing') expect(server.stayed).toBe(0)
      // and what was said to be committed is
      if (lasting === 'committed' && !texts.some((one) => one.includes(';'))) expect(server.stayed).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})
