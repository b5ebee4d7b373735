/** A workflow command of GitHub Actions. */
export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/** Reads lines as the runner of GitHub Actions does (actions/runner, ActionCommand): other lines are passed over. */
export function workflowCommands(text: string): WorkflowCommand[] {
  return text.split('\n').flatMap((line) => {
    const match = /^::([^ :]+)(?: (.*?))?::(.*)$/s.exec(line)
    if (match === null) return []
    const pairs = (match[2] ?? '').split(',').filter((pair) => pair.includes('='))
    const properties = pairs.map((pair): [string, string] => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals).trim(), unescaped(pair.slice(equals + 1)).replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%')]
    })
    return [{ name: match[1]!, properties: Object.fromEntries(properties), message: unescaped(match[3]!).replace(/%25/g, '%') }]
  })
} // biome-ignore format: short

const unescaped = (text: string): string => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n')
