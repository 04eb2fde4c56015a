/** Which actor: its kind, and its id among those of the kind. */
export type Address = { readonly kind: string; readonly id: string }

/** The name under which an actor's rows, alarm and log lines stand. */
export function nameOf({ kind, id }: Address): string {
  return `${kind}:${id}`
}

export function addressOf(name: string): Address {
  const end = name.indexOf(':')
  return { kind: name.slice(0, end), id: name.slice(end + 1) }
}
