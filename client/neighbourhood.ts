import * as z from 'zod/mini'
import { requestIdSchema, sequenceSchema } from '#protocol/fields.ts'
import { producerIdSchema, roomIdSchema, type UserId, userIdSchema } from '#protocol/ids.ts'
import type { Neighbours } from './ports/neighbours.ts'

const message = { producer: producerIdSchema, room: roomIdSchema, n: requestIdSchema }

const wordSchema = z.discriminatedUnion('word', [
  /** Another account is logged in on this device, or none: `unsent`, where it was revoked, as in `Account`. */
  z.object({ word: z.literal('account'), unsent: z.optional(z.int()) }),
  /** The row of a message in the outbox has changed, or is gone. */
  z.object({ word: z.literal('row'), ...message }),
  /** A message is in the timeline, at `seq` where that is known. */
  z.object({ word: z.literal('stored'), ...message, seq: z.optional(sequenceSchema) }),
  /** Files are on their way, with the message that will name them. */
  z.object({ word: z.literal('upload'), upload: z.string() }),
  /** They are no longer: the message is composed, or given up. */
  z.object({ word: z.literal('upload-ended'), upload: z.string() }),
  /** Asks who is there. */
  z.object({ word: z.literal('who') }),
  /** Somebody is there, who sends what these have composed. */
  z.object({ word: z.literal('here'), producers: z.array(producerIdSchema) }),
])
export type Word = z.infer<typeof wordSchema>

const envelopeSchema = z.object({ user: z.optional(userIdSchema), said: wordSchema })

/** What the clients on one store tell each other. Those of another account hear only that the account has changed. */
export class Neighbourhood {
  readonly #neighbours: Neighbours | undefined
  readonly #user: () => UserId | undefined
  #heard: Promise<void> = Promise.resolve()

  constructor(neighbours: Neighbours | undefined, user: () => UserId | undefined) {
    this.#neighbours = neighbours
    this.#user = user
  }

  /** Whether this client has the store for itself. */
  get isAlone(): boolean {
    return this.#neighbours === undefined
  }

  say(said: Word): void {
    this.#neighbours?.say({ user: this.#user(), said })
  }

  /** One word at a time: the next is heard when what this one leads to is done. `take` rejects at its own peril. */
  listen(take: (word: Word) => Promise<void> | void, onFailure: (error: unknown) => void): void {
    this.#neighbours?.listen((heard) => {
      const envelope = envelopeSchema.safeParse(heard)
      // Of a page of another version.
      if (!envelope.success) return
      const { user, said } = envelope.data
      this.#heard = this.#heard
        .then(() => (said.word === 'account' || user === this.#user() ? take(said) : undefined))
        .catch(onFailure)
    })
  }
}
