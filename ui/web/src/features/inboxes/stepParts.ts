const place = '{{address}}'

/**
 * A step in words. Where the address is named on its own it is called "this address" and
 * shown below; inside of something longer it is filled in.
 */
export function stepParts(step: string, address: string): { text: string; showsAddress: boolean } {
  if (!step.includes(place)) return { text: step, showsAddress: false }
  if (/\S\{\{address\}\}/.test(step)) return { text: step.replaceAll(place, address), showsAddress: false }
  return { text: step.replaceAll(place, 'this address'), showsAddress: true }
}
