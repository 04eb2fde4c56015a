import { describe, expect, test } from 'vitest'
import { catalogues, languages } from '#web/i18n/messages.ts'
import { Words } from './words.ts'

describe('the words of a catalogue', () => {
  test.each(languages)('all of them are known, in %s', (language) => {
    const { all } = new Words(catalogues[language])
    expect(all).toEqual(expect.arrayContaining(['promise', 'entrance.assurances.2', 'room.namesTyping']))
    expect(all.length).toBeGreaterThan(150)
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
    expect(seenIn(text)).toContain(entry)
  })

  test.each([
    ['room.read', 'Read by 12'],
    ['room.unreadFrom', 'New conversation'],
    ['room.sent', 'Sent by pigeon'],
    ['settings.version', 'Snug'],
    ['refusals.too-frequent', 'That was too often'],
    ['room.left', 'About 20 characters left'],
  ])('%s is not seen in “%s”', (entry, text) => {
    expect(seenIn(text)).not.toContain(entry)
  })
})

function seenIn(text: string): string[] {
  return new Words(catalogues.en).in([text])
}
