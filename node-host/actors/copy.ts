/**
 * Copies what goes from one actor to another, so that neither sees what the other later does with it. Plain data only:
 * a function or an instance of a class could not travel between threads or machines either. Ready bytes are shared.
 */
export function copy<T>(value: T): T
export function copy(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value
    case 'object':
      return value === null ? null : copyObject(value)
    default:
      throw new TypeError(`a ${typeof value} cannot go to another actor`)
  }
}

function copyObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (value instanceof Uint8Array) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`an instance of ${prototype.constructor?.name} cannot go to another actor`)
  }
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    // Assigning it would set the prototype of the copy.
    if (key === '__proto__') throw new TypeError('a field named __proto__ cannot go to another actor')
    result[key] = copy((value as Record<string, unknown>)[key])
  }
  return result
}
