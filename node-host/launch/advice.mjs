/** A failure that the person at the keyboard can mend: its message is one sentence that says how. */
export class Advice extends Error {}

/**
 * Runs a launcher. Whatever fails ends in one sentence and exit code 1; a stack would only hide it.
 *
 * @param {() => Promise<void>} main
 */
export async function launch(main) {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    if (process.env.SNUG_DEBUG && !(error instanceof Advice)) console.error(error)
    process.exitCode = 1
  }
}
