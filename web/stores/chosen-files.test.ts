import { expect, test } from 'vitest'
import { MAX_FILES_PER_MESSAGE } from '#protocol/limits.ts'
import { ChosenFiles } from './chosen-files.ts'

const file = (name: string, bytes = 1) => new File([new Uint8Array(bytes)], name)

test('as many are chosen as one message takes, and they go once', () => {
  const chosen = new ChosenFiles(() => 10)
  chosen.add(Array.from({ length: MAX_FILES_PER_MESSAGE + 2 }, (_, i) => file(String(i))))
  expect(chosen.all).toHaveLength(MAX_FILES_PER_MESSAGE)
  chosen.remove(chosen.all[0] as File)
  expect(chosen.take().map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  expect([chosen.isEmpty, chosen.take()]).toEqual([true, []])
})

test('one that is too large is named, and the others are chosen', () => {
  const chosen = new ChosenFiles(() => 10)
  chosen.add([file('small'), file('large', 11)])
  expect([chosen.all.map(({ name }) => name), chosen.tooLarge?.name]).toEqual([['small'], 'large'])
  chosen.add([file('another')])
  expect(chosen.tooLarge).toBeUndefined()
})

test('where there are no files none is chosen', () => {
  const chosen = new ChosenFiles(() => 0)
  chosen.add([file('small')])
  expect([chosen.isEmpty, chosen.tooLarge]).toEqual([true, undefined])
})
