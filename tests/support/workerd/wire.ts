/** JSON that keeps bytes, and tells `undefined` from null: how a test and an object in workerd talk to each other. */

export type Request = { readonly id: number; readonly operation: string; readonly args: readonly unknown[] }

export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string })

export function encode(message: Request | Answer): string {
  return JSON.stringify(message, (_, value) => {
    if (value === undefined) return { absent: true }
    return value instanceof Uint8Array ? { bytes: toLatin1(value) } : value
  })
}

export function decode<Message extends Request | Answer>(text: string): Message {
  return JSON.parse(text, (_, value) => {
    if (value?.absent) return undefined
    return typeof value?.bytes === 'string' ? fromLatin1(value.bytes) : value
  })
}

function toLatin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
}
