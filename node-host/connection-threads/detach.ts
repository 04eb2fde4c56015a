/**
 * Gives bytes a buffer of their own, in place: between threads a view is copied with all of the buffer under it, and
 * Node cuts small buffers out of one of 64 KiB.
 */
export function detach(value: object): void {
  for (const key of Object.keys(value)) {
    const each: unknown = Reflect.get(value, key)
    if (typeof each !== 'object' || each === null) continue
    if (!(each instanceof Uint8Array)) detach(each)
    else if (each.byteLength !== each.buffer.byteLength) Reflect.set(value, key, new Uint8Array(each))
  }
}
