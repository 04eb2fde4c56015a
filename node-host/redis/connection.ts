import { Redis } from 'ioredis'

/** A command and its arguments. */
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]]

/** Bytes, a number, or null where there is nothing; lists of them; and the fields of a hash. */
export type Reply = Buffer | number | null | readonly Reply[] | { readonly [field: string]: Buffer }

/** It may or may not have been carried out: no answer came, or one that says something went wrong on the way. */
export class Unanswered extends Error {}

const CONNECT_WITHIN_MS = 2_000
/** Pika was seen to stop answering a connection without a word, while it went on with others. */
const ANSWER_WITHIN_MS = 3_000

/**
 * One connection to a server, which ends for good: nothing is sent again behind our back, on a connection that somebody
 * may have been cut off from for a reason.
 */
export class Connection {
  readonly #redis: Redis
  /** Resolves when it is there no more. */
  readonly ended: Promise<void>

  private constructor(redis: Redis) {
    this.#redis = redis
    this.ended = new Promise((resolve) => {
      redis.once('end', resolve)
    })
  }

  /** Rejects with Unanswered: what the server, or the way to it, has to say. */
  static async open(url: string): Promise<Connection> {
    const redis = new Redis(url, {
      lazyConnect: true,
      // Pika knows no other.
      protocol: 2,
      disableClientInfo: true,
      connectTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      retryStrategy: () => null,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      autoResendUnfulfilledCommands: false,
    })
    let reason: Error | undefined
    redis.on('error', (error: Error) => {
      reason ??= error
    })
    const connection = new Connection(redis)
    await redis.connect().catch((error) => {
      throw unopened(reason ?? error)
    })
    return connection
  }

  /** Sends the commands in one piece; the server carries them out in their order. Rejects with Unanswered. */
  async send(commands: readonly Command[]): Promise<Reply[]> {
    const pipeline = this.#redis.pipeline()
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args)
    const answers = await pipeline.exec().catch((error) => {
      throw new Unanswered('the server did not answer', { cause: error })
    })
    return (answers ?? []).map(([error, reply]) => {
      if (error) throw new Unanswered(error.message, { cause: error })
      return reply as Reply
    })
  }

  close(): void {
    this.#redis.disconnect()
  }
}

/** What was asked, a password perhaps, is in the package's own error, and so stays out of a log. */
function unopened(cause: Error): Unanswered {
  const code = 'code' in cause ? String(cause.code) : cause.name
  return new Unanswered(cause.message === '' ? code : cause.message, { cause })
}

export function textIn(reply: Reply | undefined): string | undefined {
  return Buffer.isBuffer(reply) ? reply.toString() : undefined
}

export function listIn(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : []
}

export function bytesIn(reply: Reply | undefined): Buffer | undefined {
  return Buffer.isBuffer(reply) ? reply : undefined
}

/** The fields of a hash that are texts, as HGETALL answers them. */
export function fieldsIn(reply: Reply | undefined): [field: string, value: string][] {
  if (typeof reply !== 'object' || reply === null) return []
  return Object.entries(reply).map(([field, value]) => [field, String(value)])
}
