import { createRequire } from 'node:module'
import type { Module } from './shared-instances.ts'

/**
 * DuckDB's driver, loaded when it is first asked for. Not imported: to learn the names that a CommonJS module exports, Node would read each of
 * its hundred files once more, which takes twice as long as loading them.
 */
export const loadModule = (): Module => createRequire(import.meta.url)('@duckdb/node-api') as Module
