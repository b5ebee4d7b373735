// For `node --require`: a clock that is wrong, and that somebody sets right in the middle. The monotonic clock goes on, as the
// system's does; it starts at what the wall clock says when the process starts.
// QUERN_CLOCK_OFFSET: milliseconds by which it is wrong from the start; QUERN_CLOCK_JUMP: by how many it jumps, QUERN_CLOCK_AFTER milliseconds later.
const RealDate = Date
const number = (name) => Number(process.env[name] ?? 0)
const [offset, jump, after] = ['QUERN_CLOCK_OFFSET', 'QUERN_CLOCK_JUMP', 'QUERN_CLOCK_AFTER'].map(number)
const started = performance.now()
const origin = performance.timeOrigin + offset
Object.defineProperty(performance, 'timeOrigin', { get: () => origin })
const now = () => RealDate.now() + offset + (performance.now() - started > after ? jump : 0)
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now())
    else super(...given)
  }
  static now() {
    return now()
  }
}
