// One whole process, timed from start to exit.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'

const linux = process.platform === 'linux'
const TICKS_PER_SECOND = 100
const SAMPLE_EVERY_MS = 10

/** CPU seconds (user and system) of all children that ended so far and of those that they waited for, in steps of 0.01 s. */
function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

const kibibytes = (status, field) => Number(status.match(new RegExp(`^${field}:\\s+(\\d+)`, 'm'))?.[1] ?? 0)

/** MiB of a process and all below it: resident now, and the highest that any single one of them was. */
function treeMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    let resident = kibibytes(status, 'VmRSS') / 1024
    let highest = kibibytes(status, 'VmHWM') / 1024
    for (const thread of readdirSync(`/proc/${pid}/task`))
      for (const child of readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean)) {
        const below = treeMemory(child)
        resident += below.resident
        highest = Math.max(highest, below.highest)
      }
    return { resident, highest }
  } catch {
    return { resident: 0, highest: 0 } // ended in between
  }
}

let running
const endRunning = () => {
  if (running === undefined) return
  try {
    process.kill(-running, 'SIGKILL')
  } catch {} // it has just ended
}
process.on('exit', endRunning)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

/**
 * Runs a command and gives wall and CPU seconds and the peak memory in MiB of its process tree, with its exit code ('timeout' when it was ended after
 * `timeout` seconds). What it prints goes into the file `log`, so that nobody has to read along. The memory is sampled every 10 ms: what lives for
 * less is not seen. CPU and memory are taken on Linux only, elsewhere they are 0. The work of a database server is not in any of the figures but the wall time.
 */
export function measure([command, ...args], { cwd, env, log, timeout }) {
  return new Promise((done, failed) => {
    const output = openSync(log, 'w')
    const cpuBefore = linux ? childrenCpu() : 0
    const start = process.hrtime.bigint()
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output], detached: true })
    closeSync(output)
    running = child.pid
    let memory = 0
    const sample = () => {
      const { resident, highest } = treeMemory(child.pid)
      memory = Math.max(memory, resident, highest)
    }
    const sampler = linux ? setInterval(sample, SAMPLE_EVERY_MS) : undefined
    let timedOut = false
    const alarm = setTimeout(() => {
      timedOut = true
      endRunning()
    }, timeout * 1000)
    const settle = () => {
      running = undefined
      clearInterval(sampler)
      clearTimeout(alarm)
    }
    child.on('error', (error) => {
      settle()
      failed(error)
    })
    child.on('exit', (code, signal) => {
      const wall = Number(process.hrtime.bigint() - start) / 1e9
      settle()
      const cpu = linux ? childrenCpu() - cpuBefore : 0
      done({ wall, cpu: Math.round(cpu * 100) / 100, memory, exit: timedOut ? 'timeout' : (code ?? signal) })
    })
  })
}
