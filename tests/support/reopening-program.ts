import { StartError } from '#node-host/start-error.ts'
import { Store } from '#node-host/store/store.ts'
import { ACTORS, contentOf, keyOf, ROWS_OF_ACTOR } from './stored-rows.ts'

/**
 * Opens a folder in which stored-rows.ts has been, prints the rows that are not as they were, and writes one more. Ends
 * with 1 where it cannot be opened, and with 2 where something is wrong later.
 */

/** As a host does (running.ts), which would take longer to load. */
function stop(code: number, error: unknown): never {
  process.stderr.write(`${error instanceof StartError ? error.message : String(error)}\n`)
  process.exit(code)
}

async function main(folder: string): Promise<void> {
  const store = await Store.open(folder, { onFailure: (error) => stop(2, error) })
  const wrong: string[] = []
  for (const actor of ACTORS) {
    for (let n = 0; n < ROWS_OF_ACTOR; n++) {
      const found = store.partitionOf(actor).get(keyOf(actor, n))
      if (!found || Buffer.compare(found, contentOf(actor, n)) !== 0) wrong.push(`${actor} ${n}`)
    }
    await store
      .partitionOf(actor)
      .commit({ rows: [{ key: keyOf(actor, ROWS_OF_ACTOR), value: Buffer.from('more') }], bytes: 8 })
  }
  await store.close()
  process.stdout.write(JSON.stringify(wrong))
}

main(process.argv[2] ?? '').then(
  () => process.exit(0),
  (error) => stop(1, error),
)
