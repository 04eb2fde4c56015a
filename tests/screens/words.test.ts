import { describe, expect, test } from 'vitest'
import { catalogues, languages } from '#web/i18n/messages.ts'
import { gaps } from './exceptions.ts'
import { Words } from './words.ts'

/** Why: a list of states that is compared with itself is complete whatever it lacks. */
describe('the words that no state shows', () => {
  test.each(languages)('all of them are missed before anything was looked at, in %s', (language) => {
    const { unseen } = new Words(catalogues[language])
    expect(unseen).toEqual(expect.arrayContaining(['promise', 'entrance.assurances.2', 'room.namesTyping']))
    expect(unseen.length).toBeGreaterThan(150)
  })

  test.each([
    ['room.read', 'Read'],
    ['room.readBy', 'Read by 12'],
    ['room.members', '12 members'],
    ['room.members', '1 member'],
    ['room.namesTyping', 'Jon is writing…'],
    [
      'entrance.alreadyLead',
      'On this device you are Maya. The invitation is for somebody who has no account here yet.',
    ],
    // With something before it, after it, and around it.
    ['refusals.waitFor', 'That was too often. Try again in 42 seconds.'],
    ['refusals.too-frequent', 'That was too often. Try again in 42 seconds.'],
    ['you', 'Maya (You)'],
  ])('%s is seen in “%s”', (entry, text) => {
    expect(unseenAfter(text)).not.toContain(entry)
  })

  test.each([
    ['room.read', 'Read by 12'],
    ['room.unreadFrom', 'New conversation'],
    ['room.sent', 'Sent by pigeon'],
    ['settings.version', 'Snug'],
    ['refusals.too-frequent', 'That was too often'],
    ['room.left', 'About 20 characters left'],
  ])('%s is not seen in “%s”', (entry, text) => {
    expect(unseenAfter(text)).toContain(entry)
  })

  test('one that is missing fails a walk, and so does an exception that is shown, or that no word is', () => {
    const words = new Words(catalogues.en)
    const rest = words.unseen.filter((entry) => entry !== 'promise')
    const exceptions = [
      { entries: rest, why: 'it is so' },
      { entries: ['no.such.word'], on: 'phone' as const, why: 'it is not' },
    ]
    expect(gaps(words, 'desktop', exceptions)).toEqual(['no state shows promise'])
    words.see([catalogues.en.promise, catalogues.en.close])
    expect(gaps(words, 'desktop', exceptions)).toEqual(['close is excepted, and shown or no word'])
    expect(gaps(words, 'phone', exceptions)).toEqual([
      'close is excepted, and shown or no word',
      'no.such.word is excepted, and shown or no word',
    ])
  })
})

function unseenAfter(text: string): string[] {
  const words = new Words(catalogues.en)
  words.see([text])
  return words.unseen
}
