import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Up } from '#protocol/up.ts'
import { count } from './support/counts.ts'
import { everyEvent } from './support/every-event.ts'
import { type Member, type SmallSocket, SmallWorld } from './support/small-world.ts'

const FRAMES = count(10_000, 100_000)
const FRAMES_PER_RUN = 50

/** What one says who means no harm, with one part of it put wrong, or left out. */
function spoilt(events: readonly Up[]): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double(),
    fc.constant(undefined),
  )
  return fc.tuple(fc.constantFrom(...events), fc.nat(), value).map(([event, which, wrong]) => {
    const fields = Object.keys(event)
    return JSON.stringify({ ...event, [fields[which % fields.length] ?? '']: wrong })
  })
}

/** Anything, as it might come from a broken client, or from one that means harm. */
function arbitraryFrame(events: readonly Up[]): fc.Arbitrary<string> {
  const good = fc.constantFrom(...events).map((event) => JSON.stringify(event))
  const cut = fc.tuple(good, fc.nat(200)).map(([frame, at]) => frame.slice(0, at))
  const many = fc.array(spoilt(events), { maxLength: 5 }).map((frames) => `[${frames.join(',')}]`)
  return fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json(), cut, good, spoilt(events), many)
}

test(`G2: ${FRAMES} arbitrary frames change nothing for others, and none of them is a fault`, async () => {
  const faults: unknown[] = []
  const world = await SmallWorld.start({ onThrown: (error) => faults.push(error) })
  const [attacker, victim] = (await world.members('attacker', 'victim')) as [Member, Member]
  const room = await world.group(victim)
  const shared = await world.group(victim, attacker)
  const watcher = await world.enter(victim)
  watcher.acknowledges = true
  const [producer, sharedProducer] = [world.id('producer'), world.id('producer')]
  const said = { ...attacker, producer: world.id('producer'), file: world.id('file'), other: victim.user }
  const fromOutside = Object.values(everyEvent({ ...said, room }))
  const fromInside = Object.values(everyEvent({ ...said, room: shared }))
  // These would only end the attacker's own device, stay, and messages.
  const harmless = [...fromOutside, ...fromInside].filter(
    ({ type }) => !['revoke-device', 'leave', 'skip'].includes(type),
  )
  let sent = 0
  let socket: SmallSocket = await world.enter(attacker)

  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryFrame(harmless), { minLength: FRAMES_PER_RUN, maxLength: FRAMES_PER_RUN }),
      async (frames) => {
        if (socket.closedWith !== undefined) socket = await world.enter(attacker)
        for (const frame of frames) await socket.frame(frame)
        sent += 1
        const text = `good ${sent}`
        await watcher.say({ type: 'send', room, producer, n: sent, text })
        const { seq } = await watcher.hears('stored', (event) => event.room === room && event.n === sent)
        expect(seq).toBe(sent + 1)
        await watcher.say({ type: 'send', room: shared, producer: sharedProducer, n: sent, text })
        await watcher.hears('stored', (event) => event.room === shared && event.n === sent)
        expect(faults).toEqual([])
        watcher.heard = []
        socket.heard = []
      },
    ),
    { numRuns: FRAMES / FRAMES_PER_RUN, endOnFailure: true },
  )
  const good = Array.from({ length: sent }, (_, i) => `good ${i + 1}`)
  expect(await world.texts(room)).toEqual(good)
  const texts = await world.texts(shared)
  expect(texts.filter((text) => good.includes(text))).toEqual(good)
  expect(texts.length, 'what the attacker may say is there, too').toBeGreaterThan(sent)
  const places = (await world.table('room', shared, 'timeline')).map(([seq]) => seq)
  expect(places).toEqual(places.map((_, i) => i + 1))
})
