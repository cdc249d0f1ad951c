/** Figures in columns, for a terminal. */

/** A dash for what was not measured. */
export function figure(value: number | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '–';
}

/** Names on the left, figures on the right. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    console.log(cells.join('   ').trimEnd());
  }
}
