/** A failure that the person at the keyboard can mend: its message is one sentence that says how. */
export class Advice extends Error {}

/**
 * Runs a launcher. Advice ends it in its sentence and exit code 1; anything else is a fault of ours and shows its stack.
 *
 * @param {() => Promise<void>} main
 */
export async function launch(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Advice)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
