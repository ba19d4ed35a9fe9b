/** Prints a figure that was measured. */
export const tell = (figure: string): boolean => process.stdout.write(`${figure}\n`)
