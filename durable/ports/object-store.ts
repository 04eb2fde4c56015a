import type { Outcome } from '#protocol/errors.ts'

/** What an object, or a part of one, must be: its length and its SHA-256 in base64url. */
export type Content = { readonly bytes: number; readonly sha256: string }

/** A PUT that whoever has it may make until it expires; it takes the content that it was made for, and no other. */
export type SignedPut = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** As what an object is handed out. Whoever asks for it with the URL decides nothing. */
export type Download = {
  readonly name: string
  readonly type: string
  readonly disposition: 'inline' | 'attachment'
}

/** Whether what lies there is what was declared. */
export type Verdict = 'equal' | 'different' | 'missing'

/** How long a URL holds. A transfer that has begun by then goes on. */
export const URL_LASTS_MS = 5 * 60_000

/**
 * Where the bytes of files lie. They do not pass through the actors: clients send and fetch them with URLs made here. A
 * key is used for one upload, and never again. What asks the store over a network answers `retry` when that does not
 * answer; deleting what is not there succeeds.
 */
export interface ObjectStore {
  presignPut(key: string, content: Content): Promise<SignedPut>
  presignGet(key: string, download: Download): Promise<string>
  verify(key: string, content: Content): Promise<Outcome<Verdict>>
  delete(key: string): Promise<Outcome<null>>

  /** Begins an object that comes in parts, which are numbered from 1. Answers what the upload is called. */
  beginParts(key: string): Promise<Outcome<string>>
  presignPart(key: string, upload: string, part: number, content: Content): Promise<SignedPut>
  /** Makes one object of the parts, if all of them are what was declared. Done twice it is done once. */
  joinParts(key: string, upload: string, parts: readonly Content[]): Promise<Outcome<Verdict>>
  /** Gives up what came in parts so far. */
  dropParts(key: string, upload: string): Promise<Outcome<null>>
}
