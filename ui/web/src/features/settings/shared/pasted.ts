/** Two columns as a table program copies them, or with a comma or a semicolon between; lines without a second one are left out. */
export function pairsOf(text: string): [name: string, value: string][] {
  const pairs = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const mark = ['\t', ';', ','].find((m) => line.includes(m))
    if (mark === undefined) continue
    const at = line.indexOf(mark)
    const name = unquoted(line.slice(0, at))
    const value = unquoted(line.slice(at + 1))
    if (name !== '') pairs.set(name, value)
  }
  return [...pairs]
}

function unquoted(cell: string): string {
  const text = cell.trim()
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text
}
