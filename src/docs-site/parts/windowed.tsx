import type { HTMLAttributes, JSX, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The first and the last line to be drawn of a list whose lines are all of one height. */
export function windowOf(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  more = 8,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - more)
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + more)
  return { first: Math.min(first, last), last }
}

/** What is seen of a long list: follows the scrolling of `box`. */
export function useWindow(
  box: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): { first: number; last: number } {
  const [view, setView] = useState({ top: 0, height: 800 })
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const read = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    read()
    element.addEventListener('scroll', read, { passive: true })
    const observer = new ResizeObserver(read)
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', read)
      observer.disconnect()
    }
  }, [box])
  return windowOf(view.top, view.height, rowHeight, count)
}

/** A long list of lines of one height, of which only those in sight exist. `reveal`: the line that has to be in sight. */
export function WindowedList({
  count,
  rowHeight,
  row,
  reveal,
  ...rest
}: {
  readonly count: number
  readonly rowHeight: number
  readonly row: (at: number) => JSX.Element
  readonly reveal?: number | undefined
} & Omit<HTMLAttributes<HTMLDivElement>, 'ref'>): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const { first, last } = useWindow(box, count, rowHeight)
  useEffect(() => {
    const element = box.current
    if (element === null || reveal === undefined || reveal < 0) return
    const top = reveal * rowHeight
    if (top < element.scrollTop) element.scrollTop = Math.max(0, top - rowHeight)
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight + 2 * rowHeight
  }, [reveal, rowHeight])
  const rows: JSX.Element[] = []
  for (let at = first; at < last; at++) rows.push(row(at))
  return (
    <div {...rest} ref={box}>
      <div role="presentation" style={{ height: `${first * rowHeight}px` }} />
      {rows}
      <div role="presentation" style={{ height: `${(count - last) * rowHeight}px` }} />
    </div>
  )
}
