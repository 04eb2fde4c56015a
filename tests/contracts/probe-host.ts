import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Outcome } from '#protocol/errors.ts'
import type { Probe, To } from '#tests/support/workerd/probe.ts'

/** A host whose actors are all probes, as the suites see it. */
export type ProbeHost = {
  /** Calls an actor as the edge of the host does. */
  call(to: To, method: keyof Probe, args: readonly unknown[]): Promise<Outcome<unknown>>
  /** The wall clock of the host (ms). */
  now(): number
  /** Entries of its log, as text, that hold such a text. */
  logged(text: string): readonly string[]
  /** The process ends and another one starts on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

export type MakeProbeHost = () => Promise<ProbeHost>

/** What a test is given: one host for all of a suite, and actors that no other test has used. */
export class Given {
  #host: ProbeHost | undefined
  #test = 0

  constructor(makeHost: MakeProbeHost) {
    beforeAll(async () => {
      this.#host = await makeHost()
    })
    beforeEach(() => {
      this.#test += 1
    })
    afterAll(() => this.#host?.close())
  }

  get host(): ProbeHost {
    if (!this.#host) throw new Error('only within a test')
    return this.#host
  }

  /** The actor that calls. */
  get near(): To {
    return this.actor('near')
  }

  /** The one that is called: on another thread, where a host has several. */
  get far(): To {
    return this.actor('far')
  }

  actor(name: string): To {
    return { kind: 'user', id: `${name}-${this.#test}` }
  }

  /** Calls an actor from outside. */
  call(to: To, method: keyof Probe, ...args: unknown[]): Promise<Outcome<unknown>> {
    return this.host.call(to, method, args)
  }

  /** What a call from outside answers that is not refused. */
  async answer<Answer = unknown>(to: To, method: keyof Probe, ...args: unknown[]): Promise<Answer> {
    const outcome = await this.call(to, method, ...args)
    if ('refused' in outcome) throw new Error(`${method} was refused: ${outcome.refused.reason}`)
    return outcome.ok as Answer
  }
}
