import type { actors } from '#durable/actors.ts'
import type { Peers } from '#durable/ports/peers.ts'
import type { Outcome } from '#protocol/errors.ts'
import { Probe, type To } from '../workerd/probe.ts'

const classes = { gateway: Probe, user: Probe, room: Probe, directory: Probe, hasher: Probe }

/** Probes in the place of all actors. They have other calls, which only tests make. */
export const probeClasses = classes as unknown as typeof actors

/** Calls a probe by the peers of a host itself. */
export function callProbe(peers: Peers, { kind, id }: To, method: string, args: readonly unknown[]) {
  const stub = kind === 'hasher' ? peers.hasher() : peers[kind](id as never)
  return Reflect.apply(Reflect.get(stub, method), stub, args) as Promise<Outcome<unknown>>
}
