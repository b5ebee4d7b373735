import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Which process did something, in a form that another can read later. */
export interface ProcessMark {
  readonly pid: number
  readonly host: string
  /** When it began, in a form that no other process of this machine has (Linux); null where that cannot be told. */
  readonly began: string | null
}

let own: ProcessMark | undefined

/** The mark of this process. */
export function ownMark(): ProcessMark {
  own ??= { pid: process.pid, host: hostname(), began: beginOf(process.pid) }
  return own
}

/**
 * Whether a process still runs. Of another machine's nothing can be told: they count as ended. A process that only has the number of one that ended
 * (common in containers, where it is always the same) is told apart by when it began.
 */
export function stillRuns(mark: ProcessMark): boolean {
  if (mark.host !== ownMark().host || !Number.isInteger(mark.pid) || mark.pid <= 0) return false
  if (!isAlive(mark.pid)) return false
  return mark.began === null || mark.began === beginOf(mark.pid)
}

/** Whether this machine has a process with such a number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // somebody else's process is one all the same
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Linux: the boot, and the tick of it at which the process began (the 22nd field of its `stat`; its name, in brackets, may hold blanks). */
function beginOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const tick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return tick === undefined ? null : `${boot} ${tick}`
  } catch {
    return null
  }
}
