import { expect, test } from 'vitest'
import { context, template } from './rendering.ts'

const manyVariables = Array.from({ length: 300 }, (_, index) => `{% set v${index} = a ~ ${index} %}`).join('')

/** Templates that would bring a process down, or never end. */
const cases: Record<string, [text: string, message: string]> = {
  'a macro that calls itself': ['{% macro r() %}{{ r() }}{% endmacro %}{{ r() }}', 'maximum recursion depth exceeded'],
  'a large macro that calls itself': [
    `{% macro r(a) %}${manyVariables}{{ r(a) }}{% endmacro %}{{ r(1) }}`,
    'maximum recursion depth exceeded',
  ],
  'call blocks in each other': [
    '{% macro r() %}{% call r() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}{% call r() %}x{% endcall %}',
    'maximum recursion depth exceeded',
  ],
  'a recursive loop': ['{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}', 'maximum recursion depth exceeded'],
  'a block in itself': ['{% block a %}{{ self.a() }}{% endblock %}', 'maximum recursion depth exceeded'],
  'open parentheses': [`{{ ${'('.repeat(50_000)} }}`, 'maximum recursion depth exceeded'],
  'a long sum': [`{{ ${'1+'.repeat(5000)}1 }}`, 'maximum recursion depth exceeded'],
  'nested ifs': [`${'{% if 1 %}'.repeat(5000)}`, 'maximum recursion depth exceeded'],
  'nested loops': [
    '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}',
    'the template does not come to an end (20000000 loop iterations)',
  ],
  'a list that grows under its loop': [
    '{% set x = [1] %}{% for a in x %}{% do x.append(1) %}{% endfor %}',
    'the template does not come to an end (20000000 loop iterations)',
  ],
  'much output': [
    '{% for a in range(100000) %}{% for b in range(1000) %}{{ big }}{% endfor %}{% endfor %}',
    'the rendered text is too long',
  ],
  'a text that doubles': [
    "{% set ns = namespace(x='xxxxxxxxxxxxxxxx') %}{% for a in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    'the value is too large',
  ],
}

for (const [name, [text, message]] of Object.entries(cases)) {
  test(`${name} ends as an error`, async () => {
    const names = { big: 'x'.repeat(1000) }
    expect(() => template(text).renderSync(context(names))).toThrow(
      expect.objectContaining({ name: 'QuernError', message }) as Error,
    )
    const waiting = async (): Promise<string> => template(text).render(context(names, 'async'))
    await expect(waiting()).rejects.toMatchObject({ name: 'QuernError', message })
  }, 120_000)
}

test('counters are shared by the templates of one rendering, and depth returns to zero', () => {
  const shared = context()
  for (let n = 0; n < 400; n++) template('{% macro m() %}x{% endmacro %}{{ m() }}').renderSync(shared)
  expect(shared.limits.depth).toBe(0)
  expect(shared.limits.iterations).toBe(800)
})

test('macros nest as deep as people need', () => {
  const text = '{% macro r(n) %}{% if n %}{{ r(n - 1) }}{% else %}end{% endif %}{% endmacro %}{{ r(250) }}'
  expect(template(text).renderSync(context())).toBe('end')
})
