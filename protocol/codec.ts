import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { type Down, downSchema } from './down.ts'
import { type Outcome, ok, type Refusal, refuse } from './errors.ts'
import { requestIdSchema } from './fields.ts'
import { MAX_EVENTS_PER_FRAME } from './limits.ts'
import type { Scratch } from './scratch.ts'
import { toUtf8 } from './text.ts'
import { type Up, upSchema } from './up.ts'

/**
 * Frames are JSON: one event or an array of events. Events that many sockets get are encoded once, as ready bytes,
 * and frames are put together from ready bytes without parsing them again.
 */

const upEventsSchema = z.array(upSchema).check(z.maxLength(MAX_EVENTS_PER_FRAME))
const downEventsSchema = z.array(downSchema)

const requestSchema = z.object({ id: requestIdSchema })

/** Only servers explain: the words are no weight on the page. */
const english = { error: /* @__PURE__ */ en().localeError }

/** `re` is the id of the request that cannot be read, where it has one. */
export type Unreadable = { readonly refused: Refusal; readonly re?: number }

/** The events of a client's frame, or why it cannot be read. All or nothing: one bad event refuses its frame. */
export function decodeUp(frame: string): { readonly ok: Up[] } | Unreadable {
  return decode(frame, upEventsSchema, english)
}

/** The events of a server's frame. */
export function decodeDown(frame: string): Outcome<Down[]> {
  return decode(frame, downEventsSchema)
}

function decode<Event>(
  frame: string,
  schema: z.ZodMiniType<Event[]>,
  words?: { error: z.core.$ZodErrorMap },
): { readonly ok: Event[] } | Unreadable {
  let json: unknown
  try {
    json = JSON.parse(frame)
  } catch {
    return refuse('malformed', 'the frame is not JSON')
  }
  const events: readonly unknown[] = Array.isArray(json) ? json : [json]
  const parsed = schema.safeParse(events, words)
  if (parsed.success) return ok(parsed.data)
  const id = requestSchema.safeParse(events[Number(parsed.error.issues[0]?.path[0])])
  return { ...refuse('malformed', describe(parsed.error)), ...(id.success && { re: id.data.id }) }
}

/** Where the first problem is (event, then field) and what it is; never a value, which might be a password. */
function describe(error: z.core.$ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') || 'frame'}: ${issue?.message ?? 'not understood'}`
}

export function encodeUp(events: readonly Up[]): string {
  return JSON.stringify(events.length === 1 ? events[0] : events)
}

export function encodeDown(event: Down): Uint8Array<ArrayBuffer> {
  return toUtf8(JSON.stringify(event))
}

const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d

/** A frame from the ready bytes of its events: the bytes themselves when there is one, else an array of them. */
export function composeFrame(scratch: Scratch, events: readonly Uint8Array[]): Uint8Array {
  const [first] = events
  return events.length === 1 && first ? first : writeArray(scratch, events).take()
}

function writeArray(scratch: Scratch, items: readonly Uint8Array[]): Scratch {
  scratch.text('[')
  for (const [i, item] of items.entries()) (i > 0 ? scratch.text(',') : scratch).bytes(item)
  return scratch.text(']')
}

/** The ready bytes of an object of which the last field is an array of ready bytes; as `encodeWithItems`, in the scratch. */
export function composeWithItems(
  scratch: Scratch,
  fields: object,
  name: string,
  items: readonly Uint8Array[],
): Uint8Array {
  return writeArray(scratch.text(openedFor(fields, name)), items)
    .text('}')
    .take()
}

/** A room's head: its fields as JSON, and its newest records as an array in ready bytes. */
export type EncodedHead = { readonly fields: string; readonly records: Uint8Array }

export function composeHeads(scratch: Scratch, heads: readonly EncodedHead[]): Uint8Array {
  scratch.text('{"type":"heads","heads":[')
  for (const [i, { fields, records }] of heads.entries())
    scratch
      .text(`${i > 0 ? ',' : ''}${fields.slice(0, -1)},"records":`)
      .bytes(records)
      .text('}')
  return scratch.text(']}').take()
}

/** `[a,b,c]` from the ready bytes of a, b and c. */
export function joinArray(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(joinedLength(items))
  joinInto(joined, 0, items)
  return joined
}

function joinedLength(items: readonly Uint8Array[]): number {
  let length = 1 + Math.max(items.length, 1)
  for (const item of items) length += item.length
  return length
}

/** Writes the array from a place on; answers where it ends. */
function joinInto(bytes: Uint8Array, start: number, items: readonly Uint8Array[]): number {
  let at = start
  bytes[at++] = OPEN
  for (const item of items) {
    if (at > start + 1) bytes[at++] = COMMA
    bytes.set(item, at)
    at += item.length
  }
  bytes[at++] = CLOSE
  return at
}

/** The ready bytes of an object whose last field is an array of ready bytes: its other fields are encoded, the array is copied. */
export function encodeWithItems(fields: object, name: string, items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const start = toUtf8(openedFor(fields, name))
  const bytes = new Uint8Array(start.length + joinedLength(items) + 1)
  bytes.set(start)
  const end = joinInto(bytes, start.length, items)
  bytes[end] = 0x7d
  return bytes
}

/** The beginning of an object, up to where the value of its last field comes. */
function openedFor(fields: object, name: string): string {
  return `${JSON.stringify(fields).slice(0, -1)},"${name}":`
}
