import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { type Down, downSchema, downTypes } from './down.ts'
import { type Outcome, ok, type Refusal, refuse } from './errors.ts'
import { ordinalSchema, requestIdSchema } from './fields.ts'
import { producerIdSchema, roomIdSchema } from './ids.ts'
import { MAX_EVENTS_PER_FRAME } from './limits.ts'
import { Scratch } from './scratch.ts'
import { toUtf8 } from './text.ts'
import { type Up, upSchema } from './up.ts'

/**
 * Frames are JSON: one event or an array of events. Events that many sockets get are encoded once, as ready bytes,
 * and frames are put together from ready bytes without parsing them again.
 */

const upEventsSchema = z.array(upSchema).check(z.maxLength(MAX_EVENTS_PER_FRAME))
const downEventsSchema = z.array(downSchema)

const requestSchema = z.object({ id: requestIdSchema })
const messageSchema = z.object({
  type: z.literal('send'),
  room: roomIdSchema,
  producer: producerIdSchema,
  n: ordinalSchema,
})

/** Only servers explain: the words are no weight on the page. */
const english = { error: /* @__PURE__ */ en().localeError }

/** `re` is the id of the request that cannot be read, where it has one; `message` is which message cannot be. */
export type Unreadable = {
  readonly refused: Refusal
  readonly re?: number
  readonly message?: Pick<z.infer<typeof messageSchema>, 'room' | 'producer' | 'n'>
}

/** The events of a client's frame, or why it cannot be read. All or nothing: one bad event refuses its frame. */
export function decodeUp(frame: string): { readonly ok: Up[] } | Unreadable {
  const decoded = decode(frame, upEventsSchema, english)
  return 'ok' in decoded ? decoded : { refused: decoded.refused, ...namesOf(decoded.culprit) }
}

/**
 * The events of a server's frame. What is of a type that is not known here is left out: the server may be newer than
 * the page, and says what this one can do without.
 */
export function decodeDown(frame: string): Outcome<Down[]> {
  return decode(frame, downEventsSchema, undefined, isOfLaterType)
}

function isOfLaterType(event: unknown): boolean {
  const { type } = Object(event)
  return typeof type === 'string' && !downTypes.has(type)
}

function decode<Event>(
  frame: string,
  schema: z.ZodMiniType<Event[]>,
  words?: { error: z.core.$ZodErrorMap },
  isLeftOut: (event: unknown) => boolean = () => false,
): { readonly ok: Event[] } | { readonly refused: Refusal; readonly culprit?: unknown } {
  let json: unknown
  try {
    json = JSON.parse(frame)
  } catch {
    return refuse('malformed', 'the frame is not JSON')
  }
  const all: readonly unknown[] = Array.isArray(json) ? json : [json]
  const events = all.filter((event) => !isLeftOut(event))
  const parsed = schema.safeParse(events, words)
  if (parsed.success) return ok(parsed.data)
  const culprit = events[Number(parsed.error.issues[0]?.path[0])]
  return { ...refuse('malformed', describe(parsed.error)), culprit }
}

/** By what its sender knows the event that cannot be read. */
function namesOf(culprit: unknown): Pick<Unreadable, 're' | 'message'> {
  const request = requestSchema.safeParse(culprit)
  if (request.success) return { re: request.data.id }
  const message = messageSchema.safeParse(culprit)
  if (!message.success) return {}
  const { room, producer, n } = message.data
  return { message: { room, producer, n } }
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
const END = 0x7d

/** A frame from the ready bytes of its events: the bytes themselves when there is one, else an array of them. */
export function composeFrame(scratch: Scratch, events: readonly Uint8Array[]): Uint8Array {
  const [first] = events
  return events.length === 1 && first ? first : writeArray(scratch, events).take()
}

/** `[a,b,c]` from the ready bytes of a, b and c. */
function writeArray(scratch: Scratch, items: readonly Uint8Array[]): Scratch {
  scratch.byte(OPEN)
  for (const [i, item] of items.entries()) (i > 0 ? scratch.byte(COMMA) : scratch).bytes(item)
  return scratch.byte(CLOSE)
}

/** The ready bytes of an object whose last field is an array of ready bytes: its other fields are encoded, the array is copied. */
export function composeWithItems(
  scratch: Scratch,
  fields: object,
  name: string,
  items: readonly Uint8Array[],
): Uint8Array {
  return writeArray(scratch.text(openedFor(fields, name)), items)
    .byte(END)
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
      .byte(END)
  return scratch.text(']}').take()
}

/** Of what is put together here a copy is made at once. */
const workbench = /* @__PURE__ */ new Scratch()

function kept(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  workbench.reuse()
  return copy
}

/** An array in ready bytes of its items, in memory of its own. */
export function encodeArray(items: readonly Uint8Array[]): Uint8Array {
  return kept(writeArray(workbench, items).take())
}

/** As `composeWithItems`, in memory of its own. */
export function encodeWithItems(fields: object, name: string, items: readonly Uint8Array[]): Uint8Array {
  return kept(composeWithItems(workbench, fields, name, items))
}

/** The beginning of an object, up to where the value of its last field comes. */
function openedFor(fields: object, name: string): string {
  return `${JSON.stringify(fields).slice(0, -1)},"${name}":`
}
