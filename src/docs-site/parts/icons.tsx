import type { JSX } from 'preact'

const PATHS = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm9.5 16.5-4.6-4.6',
  home: 'M3.5 11 12 4l8.5 7M6 9.5V20h12V9.5',
  graph:
    'M5 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zm0 14a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM19 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM7.5 5c5 0 4 7 9 7M7.5 19c5 0 4-7 9-7',
  run: 'M4 5h9M4 12h16M9 19h11',
  list: 'M4 6h16M4 12h16M4 18h16',
  chevron: 'm9 6 6 6-6 6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'm5 12.5 4.5 4.5L19 7',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2.5M12 19.5V22M4.2 4.2 6 6M18 18l1.8 1.8M2 12h2.5M19.5 12H22M4.2 19.8 6 18M18 6l1.8-1.8',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  auto: 'M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17z',
  folder: 'M3.5 6.5h6l2 2.5h9v10h-17z',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  download: 'M12 4v11m-4.5-4L12 15.5 16.5 11M4 20h16',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  frame: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  lineage: 'M4 6h5M4 18h5M15 12h5M9 6c4 0 2 6 6 6M9 18c4 0 2-6 6-6',
} as const
export type IconName = keyof typeof PATHS

/** A line drawing; what it means is said by the control that has it. */
export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element => (
  <svg
    class="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
)

/** A hand mill, seen from above. */
export const Logo = (): JSX.Element => (
  <svg class="logo" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
    <circle cx="16" cy="16" r="14" fill="none" stroke="currentColor" stroke-width="2" />
    <circle cx="16" cy="16" r="3.2" fill="none" stroke="currentColor" stroke-width="2" />
    <path
      d="M16 2.5v7M16 22.5v7M2.5 16h7M22.5 16h7M6.5 6.5l5 5M20.5 20.5l5 5"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
    />
    <circle cx="24" cy="8" r="2.6" fill="var(--accent)" />
  </svg>
)
