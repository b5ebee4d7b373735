const TAG = /\{[{%#]/

/** Whether a text holds Jinja at all. */
export const hasJinja = (text: string): boolean => TAG.test(text)

/**
 * What a text without tags is after rendering: line breaks are `\n`, and the last one is gone (Jinja's `keep_trailing_newline` is off), so that
 * `key: |` in YAML gives the words alone.
 */
export const plainText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
