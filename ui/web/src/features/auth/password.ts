export interface Strength {
  /** 0 too short, 1 weak, 2 fair, 3 good. */
  level: 0 | 1 | 2 | 3
  words: string
}

const least = 8

/** How hard a password is to guess, in words. Length counts most: rules about kinds of characters help little. */
export function passwordStrength(password: string): Strength {
  const length = Array.from(password).length
  if (length < least) return { level: 0, words: `${length} of at least ${least} characters` }
  const different = new Set(password.toLowerCase()).size
  if (different < 5) return { level: 1, words: 'Easy to guess: the same characters again and again' }
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length
  const score = length + kinds * 2
  if (score < 15) return { level: 1, words: 'Weak. A few more words make it strong' }
  if (score < 20) return { level: 2, words: 'Fair' }
  return { level: 3, words: 'Good' }
}
