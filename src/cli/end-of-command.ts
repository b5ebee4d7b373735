import type { Message } from '../events/run-event.ts'

/**
 * dbt's ResourceReport: what the process used, all invocations in it together. `elapsed` in seconds; a debug line, or with
 * `--show-resource-report` a visible one.
 */
export function resourceReport(command: string, success: boolean, elapsed: number, visible: boolean): Message {
  const used = process.resourceUsage()
  const data = {
    command_name: command,
    command_success: success,
    command_wall_clock_time: elapsed,
    process_in_blocks: String(used.fsRead),
    process_kernel_time: used.systemCPUTime / 1e6,
    process_mem_max_rss: String(used.maxRSS),
    process_out_blocks: String(used.fsWrite),
    process_user_time: used.userCPUTime / 1e6,
  }
  return {
    kind: 'message',
    level: visible ? 'info' : 'debug',
    name: 'ResourceReport',
    code: 'Z051',
    text: `Resource report: ${JSON.stringify(data)}`,
    data,
  }
}

/** `--upload-to-artifacts-ingest-api`: dbt ends with this line, too, where its cloud is not set up; the exit code stays. */
export const nothingUploaded: Message = {
  kind: 'message',
  level: 'error',
  name: 'ArtifactUploadError',
  code: 'Z061',
  text: 'Error uploading artifacts to artifact ingestion API: quern uploads nothing; the artifacts are in the target folder',
}
