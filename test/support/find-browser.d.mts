/** The browser for tests: the one of the variable CHROMIUM, the system's, or playwright's own. Undefined: there is none. */
export function findBrowser(): string | undefined
