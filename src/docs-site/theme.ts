/** `auto` follows the system. */
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'quern-docs-theme'

/** What the reader chose last. Pages without storage (some browsers give files none) follow the system. */
export function chosenTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

/** Shows the page in a theme, and remembers it when it is a new one. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // then it is for this visit only
  }
  dispatchEvent(new Event(THEME_CHANGED))
}

/** Fired on the window: what paints by itself has to paint again. */
export const THEME_CHANGED = 'quern-theme-changed'
