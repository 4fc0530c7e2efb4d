const GAP = '  ';

/** Rows in aligned columns under a head; a table without rows is empty. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)));
  const lines = all.map((cells) => {
    return widths
      .map((width, column) => (cells[column] ?? '').padEnd(width))
      .join(GAP)
      .trimEnd();
  });
  return `${lines.join('\n')}\n`;
}
