import { visible } from '@/components/json/flatten'

/** The text of bytes; undefined when they are no text. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** Text whose lines stay, with what could hide or turn its surroundings made visible. */
export const safeText = (text: string): string => text.replace(/[^\n\r\t]+/g, visible)

/** Sixteen bytes a line: place, numbers, and letters where there are any. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)]
    const numbers = part.map((b) => b.toString(16).padStart(2, '0')).join(' ')
    const letters = part.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${numbers.padEnd(47)}  ${letters}`)
  }
  return lines.join('\n')
}
