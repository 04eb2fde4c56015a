import { ActorStorage } from '#node-host/storage.ts'
import { Store } from '#node-host/store/store.ts'
import { toUtf8 } from '#protocol/text.ts'

/**
 * Opens a store and commits to two of its actors until a write fails or so many commits of so many bytes are
 * acknowledged. Prints one line of JSON for each acknowledged row, and last what a fresh handle can still do after a
 * failure.
 */
const [folder = '', limit = '1000', bytes = '500'] = process.argv.slice(2)

const AT_ONCE = 5

const failed = Promise.withResolvers<Error>()
const store = await Store.open(folder, { onFailure: failed.resolve })
const open = (actor: string) => new ActorStorage(store.partitionOf(actor), actor)

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** A few at a time, so that there are many batches. */
async function commitAll(actor: string): Promise<void> {
  const storage = open(actor)
  for (let i = 0; i < Number(limit) / 2; i += AT_ONCE) {
    const commits = Array.from({ length: AT_ONCE }, async (_, j) => {
      const value = toUtf8(`${i + j} ${'x'.repeat(Number(bytes))}`)
      await storage.commit({ writes: [{ table: 'timeline', key: i + j, value }] })
      say({ actor, key: i + j })
    })
    const outcomes = await Promise.allSettled(commits)
    if (outcomes.some(({ status }) => status === 'rejected')) return
  }
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    () => 'refused',
  )
}

await Promise.all([commitAll('room:a'), commitAll('room:b')])
const error = await Promise.race([failed.promise, null])
if (error) {
  const fresh = open('room:a')
  const commit = await outcomeOf(
    fresh.commit({ writes: [{ table: 'timeline', key: 1_000_000, value: toUtf8('late') }] }),
  )
  say({ error: error.message, commit, read: await outcomeOf(open('room:a').get('timeline', [0])) })
}
process.exit()
