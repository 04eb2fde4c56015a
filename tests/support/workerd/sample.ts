/** Plain data of every sort that a call may carry. Each time another one. */
export function sample(): Record<string, unknown> {
  const pool = Uint8Array.from({ length: 256 }, (_, i) => i)
  return {
    texts: ['', 'a', 'é中😀', '\u0000', '\ud800', '"\\\n'],
    numbers: [0, -0, 1.5, -1, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, Number.POSITIVE_INFINITY, Number.NaN],
    others: [true, false, null, undefined],
    missing: undefined,
    nested: { deep: { deeper: [[], {}, [[{ still: 'here' }]]] } },
    long: Array.from({ length: 5000 }, (_, i) => i),
    // Names that mean something to those who carry it.
    named: { toString: 1, constructor: 'x', length: 7, ok: null, refused: undefined, bytes: 'none', '': 'no name' },
    bytes: { none: new Uint8Array(), every: pool, view: pool.subarray(100, 104), twice: [pool, pool] },
  }
}

/** Where two things differ, as a path such as `.list[2]`; undefined when they are alike, whether a field is there included. */
export function difference(a: unknown, b: unknown, path = ''): string | undefined {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return sameBytes(a, b) ? undefined : `${path} (bytes)`
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) ? undefined : path || 'all of it'
  if (Array.isArray(a) !== Array.isArray(b)) return `${path} (list)`
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return `${path} (fields)`
  for (const name of names) {
    const at = Array.isArray(a) ? `${path}[${name}]` : `${path}.${name}`
    const found = Object.hasOwn(b, name) ? difference(a[name], b[name], at) : at
    if (found !== undefined) return found
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
