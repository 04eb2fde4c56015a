import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { openBrowser } from './browser.ts'
import type { HostProcess } from './host-process.ts'
import { HOST_OF_RUN, type HostName, startHost } from './hosts.ts'
import { Member } from './member.ts'
import { nameOf, Person, type PersonOptions } from './person.ts'

export type StageOptions = {
  /** Where Snug runs; where the whole run takes place where nobody says. */
  readonly on?: HostName
  /** Flags of the host. */
  readonly host?: readonly string[]
  /** Its settings beside them, such as where its stores are: asked for when it starts. */
  readonly env?: () => Readonly<Record<string, string>>
  /** The name under which people open it, instead of its address. */
  readonly name?: string
  /** The browsers of those who come without wishes of their own. */
  readonly people?: PersonOptions
}

/** One host and the people who use it, each at a browser of their own. */
export class Stage {
  readonly host: HostProcess
  /** Such as http://127.0.0.1:40123 */
  readonly origin: string
  readonly #browser: Browser
  readonly #defaults: PersonOptions
  readonly #people: Person[] = []
  readonly #members: Member[] = []

  private constructor(browser: Browser, host: HostProcess, origin: string, defaults: PersonOptions) {
    this.#browser = browser
    this.host = host
    this.origin = origin
    this.#defaults = defaults
  }

  static async set(
    browser: Browser,
    { on = HOST_OF_RUN, host: args, env, name, people = {} }: StageOptions = {},
  ): Promise<Stage> {
    const host = await startHost(on, args, [], env?.())
    return new Stage(browser, host, name === undefined ? host.url : host.url.replace('127.0.0.1', name), people)
  }

  /** Somebody with an empty browser. */
  async newcomer(handle: string, options: PersonOptions = {}): Promise<Person> {
    return this.#welcome(await Person.at(this.#browser, handle, { ...this.#defaults, ...options }))
  }

  /** The first comes by the host's own invitation and owns it, the others by a link that the first makes. */
  async gather<Handles extends readonly string[]>(...handles: Handles): Promise<{ [Each in keyof Handles]: Person }>
  async gather(...handles: readonly string[]): Promise<readonly Person[]> {
    const people: Person[] = []
    for (const handle of handles) people.push(await this.newcomer(handle))
    const [owner, ...others] = people
    await owner?.join(this.firstInvitation)
    const link = others.length > 0 ? await owner?.invite() : undefined
    await Promise.all(others.map((other) => other.join(link ?? '')))
    return people
  }

  /** Owns the host and takes part without a browser, since nobody looks at their screen: a tenth of the work. */
  async owner(handle: string): Promise<Member> {
    const owner = new Member(this.host.url, nameOf(handle))
    this.#members.push(owner)
    await owner.join(this.#firstCode)
    return owner
  }

  async linkBy({ snug }: Member): Promise<string> {
    const { code } = await snug.createInvitation(1)
    return `${this.origin}/join/${code}`
  }

  /** The first owns the host, without a browser; the other one comes by their link. */
  async meet(ownerHandle: string, handle: string): Promise<[owner: Member, guest: Person]> {
    const owner = await this.owner(ownerHandle)
    const guest = await this.newcomer(handle)
    await guest.join(await this.linkBy(owner))
    return [owner, guest]
  }

  get firstInvitation(): string {
    return `${this.origin}/join/${this.#firstCode}`
  }

  get #firstCode(): string {
    return this.host.invitation?.split('/').at(-1) ?? ''
  }

  async newTab(person: Person): Promise<Person> {
    return this.#welcome(await person.newTab())
  }

  async secondTab(person: Person): Promise<Person> {
    return this.#welcome(await person.secondTab())
  }

  /** Kills the host, lets these people do something without it, starts it again, and waits until all are back. */
  async withoutHost(people: readonly Person[], work: () => Promise<void>): Promise<void> {
    for (const { watch } of people) watch.networkLost()
    await this.host.kill('SIGKILL')
    await Promise.all(people.map((person) => person.isConnected('waiting')))
    await work()
    await this.host.restart()
    await Promise.all(people.map((person) => person.isConnected('live')))
    for (const { watch } of people) watch.networkBack()
  }

  async clear(): Promise<void> {
    const troubles = this.#people.flatMap(({ name, watch }) => watch.troubles.map((trouble) => `${name}: ${trouble}`))
    await Promise.all(this.#people.map(({ page }) => page.context().close()))
    await Promise.all(this.#members.map(({ snug }) => snug.stop()))
    await this.host.dispose()
    expect(troubles).toEqual([])
  }

  #welcome(person: Person): Person {
    this.#people.push(person)
    return person
  }
}

/**
 * One browser for a file of tests, a new host for each test. After each test nothing may have gone wrong in any page.
 *
 * @returns the stage of the test that runs
 */
export function stageOfEachTest(options?: StageOptions): () => Stage {
  let browser: Browser | undefined
  let stage: Stage | undefined
  beforeAll(async () => {
    browser = await openBrowser()
  })
  beforeEach(async () => {
    stage = browser && (await Stage.set(browser, options))
  })
  afterEach(() => stage?.clear())
  afterAll(() => browser?.close())
  return () => {
    if (!stage) throw new Error('there is a stage only while a test runs')
    return stage
  }
}
