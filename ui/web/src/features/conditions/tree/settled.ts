/** Something that turns rows into text in the background. */
export interface Converting {
  /** Converts what is waiting at once. Rejects when the server cannot be reached. */
  flush: () => Promise<void>
}

const waiting = new Set<Converting>()

export const startsConverting = (one: Converting): void => void waiting.add(one)
export const endsConverting = (one: Converting): void => void waiting.delete(one)

/**
 * Resolves when no conversion of rows to text is under way: the text of every condition
 * is then what its rows show. Rejects with a ProblemError when the server cannot be
 * reached; the rows are kept and converted later.
 */
export const conditionsSettled = (): Promise<void> => othersSettled()

/** As [conditionsSettled], but for one that waits for the others itself. */
export async function othersSettled(self?: Converting): Promise<void> {
  for (;;) {
    const others = [...waiting].filter((one) => one !== self)
    if (others.length === 0) return
    // What ends may begin anew, when the person types on.
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(others.map((one) => one.flush()))
  }
}
