/** A shorter text that fails still: parts of it are left out, large ones first, as long as there are tries left. */
export async function minimise(
  text: string,
  fails: (text: string) => Promise<boolean>,
  tries: number,
): Promise<string> {
  let small = text
  let left = tries
  for (let size = Math.ceil(small.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < small.length && left > 0; ) {
      const shorter = small.slice(0, at) + small.slice(at + size)
      left--
      if (shorter !== small && (await fails(shorter))) small = shorter
      else at += size
    }
  }
  return small
}
