/** The part of daff (tables compared and merged) that unit tests need. */
declare module 'daff' {
  interface Table {
    readonly data: unknown[][]
  }
  interface Daff {
    TableView: new (rows: unknown[][]) => Table
    CompareFlags: new () => { ordered: boolean }
    Coopy: { compareTables(before: Table, after: Table, flags: object): { align(): object } }
    TableDiff: new (alignment: object, flags: object) => { hilite(output: Table): boolean; hasDifference(): boolean }
    TerminalDiffRender: new () => { render(table: Table): string }
  }
  const daff: Daff
  export default daff
}
