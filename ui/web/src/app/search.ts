/**
 * Reads a value of the URL's search. A number of which the browser would make another one,
 * such as an order number of twenty figures, stays the text that it is.
 */
export function readSearchValue(text: string): unknown {
  if (/^-?\d/.test(text) && String(Number(text)) !== text) throw new SyntaxError('more than a number')
  return JSON.parse(text)
}
