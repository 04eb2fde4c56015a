import { type Outcome, refuse } from '#protocol/errors.ts'

/** What an object, or a part of one, must be: its length and its SHA-256 in base64url. */
export type Content = { readonly bytes: number; readonly sha256: string }

export function wholeLength(contents: readonly Content[]): number {
  return contents.reduce((total, { bytes }) => total + bytes, 0)
}

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

/**
 * Copies what lies there now to a key that nobody has a URL to write to; answers whether anything does. Needed only where
 * a store takes other content than a PUT was signed for: whoever has the URL can write over what was looked at.
 */
export type Copy = (key: string, to: string) => Promise<Outcome<boolean>>

/** The S3 protocol copies no more at once. */
export const MAX_COPY_BYTES = 5 * 1024 * 1024 * 1024
export const TOO_LARGE_TO_COPY = refuse('too-large', 'larger than files may be on a store that takes any content')

/** How long a URL holds. A transfer that has begun by then goes on. */
export const URL_LASTS_MS = 5 * 60_000
/** A transfer that has begun while its URL held may take so long, and no longer. */
export const TRANSFER_LASTS_MS = 3_600_000

/**
 * Where the bytes of files lie. They do not pass through the actors: clients send and fetch them with URLs made here. A
 * key is used for one upload, and never again. What asks the store over a network answers `retry` when that does not
 * answer; deleting what is not there succeeds.
 */
export interface ObjectStore {
  presignPut(key: string, content: Content): Promise<SignedPut>
  presignGet(key: string, download: Download): Promise<string>
  /** Looks at what lies there, which may have come in parts: `contents` in their order. */
  verify(key: string, contents: readonly Content[]): Promise<Outcome<Verdict>>
  delete(key: string): Promise<Outcome<null>>
  readonly copy: Copy | undefined

  /** Begins an object that comes in parts, which are numbered from 1. Answers what the upload is called. */
  beginParts(key: string): Promise<Outcome<string>>
  presignPart(key: string, upload: string, part: number, content: Content): Promise<SignedPut>
  /**
   * Makes one object of the parts, if all of them are what was declared; where other content is not refused, they have
   * only its lengths. Done twice it is done once.
   */
  joinParts(key: string, upload: string, parts: readonly Content[]): Promise<Outcome<Verdict>>
  /** Gives up what came in parts so far. */
  dropParts(key: string, upload: string): Promise<Outcome<null>>
}
