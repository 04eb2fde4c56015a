import { expect } from 'vitest'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'
import { type Shown, sameForAll } from './timeline-view.ts'

/** What two people live through together: each chapter leaves both in the open conversation, nothing unread. */
export class Story {
  readonly #stage: Stage
  readonly #alice: Person
  readonly #bob: Person
  readonly #said: string[] = []

  constructor(stage: Stage, alice: Person, bob: Person) {
    this.#stage = stage
    this.#alice = alice
    this.#bob = bob
  }

  async beginning(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    await alice.writeTo(bob)
    await this.#says(alice, 'Hello Bob')
    await bob.hasUnread('Alice', 1)
    await alice.timeline.isMarked('Hello Bob', 'Delivered')
    await this.#says(alice, 'Are you there?')
    await bob.hasUnread('Alice', 2)
    await expect.poll(() => bob.page.title()).toBe('(2) Snug')

    await bob.open('Alice')
    await bob.hasUnread('Alice', 0)
    await expect.poll(() => bob.page.title()).toBe('Snug')
    await alice.timeline.isMarked('Are you there?', 'Read')
    await this.#says(bob, 'Hello Alice')
    await bob.timeline.isMarked('Hello Alice', 'Read')
    await this.agree()
  }

  /** Beside what they write: who is here, who is writing, and that it passes. */
  async theyNoticeEachOther(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    await alice.sees('Online')
    await bob.composer.fill('Well')
    await alice.sees('is writing…')
    await bob.composer.fill('')
    await alice.sees('Online')
  }

  async bothReload(): Promise<void> {
    await Promise.all([this.#alice.page.reload(), this.#bob.page.reload()])
    await this.agree()
    await this.#bob.timeline.isMarked('Hello Alice', 'Read')
  }

  async oneIsElsewhere(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    await bob.openSettings()
    for (const text of ['One', 'Two', 'Three']) await this.#says(alice, text)
    await bob.hasUnread('Alice', 3)
    await bob.page.reload()
    await bob.hasUnread('Alice', 3)
    await alice.timeline.isMarked('Three', 'Delivered')
    await bob.open('Alice')
    await bob.page.getByText('New', { exact: true }).waitFor()
    await alice.timeline.isMarked('Three', 'Read')
    await this.agree()
  }

  async oneIsOffline(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    await bob.goOffline()
    await bob.page.getByText('Offline — messages will be sent when you are back').waitFor()
    for (const text of ['Written offline, one', 'Written offline, two']) {
      await this.#says(bob, text)
      await bob.timeline.seesWaiting(text)
    }
    await alice.page.getByRole('link', { name: 'Settings' }).click()
    await alice.open('Bob')
    await this.#says(alice, 'Meanwhile, one')
    await alice.page.getByRole('link', { name: 'Settings' }).click()
    await bob.goOnline()
    await alice.hasUnread('Bob', 2)
    await bob.timeline.isMarked('Written offline, two', 'Delivered')
    await alice.open('Bob')
    await bob.timeline.isMarked('Written offline, two', 'Read')
    await alice.timeline.isMarked('Meanwhile, one', 'Read')
    await this.agree()
  }

  /** In the middle of a burst, so that some of it is acknowledged, some stored unacknowledged, some neither. */
  async theHostIsKilled(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    for (let n = 1; n <= 12; n++) await this.#says(bob, `Burst ${n}`)
    await this.#stage.withoutHost([alice, bob], async () => {
      await this.#says(alice, 'Is anybody there?')
      await this.#says(bob, 'Only I am')
      await alice.timeline.seesWaiting('Is anybody there?')
      await bob.timeline.seesWaiting('Only I am')
    })
    await this.#says(alice, 'All is well again')
    await this.#says(bob, 'It is')
    await this.agree()
  }

  /** The same order on both sides, nothing lost or twice; all read, each one's own in the order they were written. */
  async agree(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob]
    const seen = await sameForAll([alice.timeline, bob.timeline], this.#said)
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 2))
    for (const { name } of [alice, bob]) expect(textsBy(name, seen)).toEqual(this.#saidIn(textsBy(name, seen)))
    await Promise.all([alice.hasUnread('Bob', 0), bob.hasUnread('Alice', 0)])
  }

  async #says(person: Person, text: string): Promise<void> {
    this.#said.push(text)
    await person.say(text)
  }

  /** These texts in the order in which they were written. */
  #saidIn(texts: readonly string[]): string[] {
    return this.#said.filter((text) => texts.includes(text))
  }
}

function textsBy(name: string, seen: readonly Shown[]): string[] {
  return seen.filter(({ by }) => by === name).map(({ text }) => text)
}
