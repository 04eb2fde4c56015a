import { vi } from 'vitest'
import { Links } from '#durable/directory/links.ts'
import { Feed } from '#durable/gateway/feed.ts'
import { Outbox } from '#durable/outbox.ts'
import { Producers } from '#durable/room/producers.ts'
import { ok } from '#protocol/errors.ts'
import { MemoryObjects } from '../support/memory-objects.ts'

/** Rules of the product, each replaced from outside by one that is wrong. `vi.restoreAllMocks` mends them. */

/** A room that takes every number for the next in turn. */
export function takesEveryNumber(): void {
  vi.spyOn(Producers.prototype, 'turn').mockReturnValue('next')
}

/** An outbox whose entries are not committed: they are carried out as long as nothing happens. */
export function losesOutboxEntries(): void {
  const { add } = Outbox.prototype
  vi.spyOn(Outbox.prototype, 'add').mockImplementation(function (this: Outbox<unknown>, effect) {
    const { table, key } = add.call(this, effect)
    return { table, key }
  })
}

/** A gateway that takes deliveries between a head and its being live, says so, and forgets them. */
export function forgetsBetweenHistoryAndLive(): void {
  const { open, begin, deliver } = Feed.prototype
  type AnyFeed = InstanceType<typeof Feed>
  const pending = new WeakMap<AnyFeed, Set<unknown>>()
  vi.spyOn(Feed.prototype, 'open').mockImplementation(function (this: AnyFeed, connection) {
    const waiting = pending.get(this) ?? new Set()
    pending.set(this, waiting.add(connection))
    return open.call(this, connection)
  })
  vi.spyOn(Feed.prototype, 'begin').mockImplementation(async function (this: AnyFeed, connection, ...rest) {
    const isLive = await begin.call(this, connection, ...rest)
    if (isLive) pending.get(this)?.delete(connection)
    return isLive
  })
  vi.spyOn(Feed.prototype, 'deliver').mockImplementation(async function (this: AnyFeed, delivery) {
    return (pending.get(this)?.size ?? 0) > 0 || deliver.call(this, delivery)
  })
}

/** A gateway that keeps on telling those whose feed was closed. */
export function closesNoFeed(): void {
  vi.spyOn(Feed.prototype, 'close').mockImplementation(() => {})
}

/** A directory that gives up an object with the first file that is given up, whoever else has it. */
export function countsNoLinks(): void {
  const { unlink } = Links.prototype
  vi.spyOn(Links.prototype, 'unlink').mockImplementation(async function (this: Links, identity, link, key) {
    const { writes } = await unlink.call(this, identity, link, key)
    return { spare: [key], writes }
  })
}

/** Where the store takes any content, what was looked at stays where it can be written over. */
export function copiesNothing(): void {
  vi.spyOn(MemoryObjects.prototype, 'copy', 'get').mockReturnValue(undefined)
}

/** An object store that calls everything what it was declared to be, and there. */
export function looksAtNothing(): void {
  vi.spyOn(MemoryObjects.prototype, 'verify').mockResolvedValue(ok('equal'))
}
