/* Messages that a Postgres server sends, for tests that play one: PostgreSQL's manual, "Frontend/Backend Protocol". */

/** A whole message: its type, the length, what it says. */
export const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type, 'latin1'), size, body])
}

/** A text that a zero ends. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`)

/** The state of the transaction, which ends every answer. */
export const ready = (status: 'I' | 'T' | 'E'): Buffer => message('Z', Buffer.from(status))

/** Whoever connects is let in. */
export const authenticated = (): Buffer => message('R', Buffer.alloc(4))

/** An error. */
export const refusal = (code: string, says: string, severity: 'ERROR' | 'FATAL' = 'FATAL'): Buffer =>
  message('E', text(`S${severity}`), text(`V${severity}`), text(`C${code}`), text(`M${says}`), Buffer.from([0]))
