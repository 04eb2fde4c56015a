import { expect, test } from 'vitest'
import { MAX_FILES_PER_MESSAGE } from '#protocol/limits.ts'
import { ChosenFiles } from './chosen-files.ts'

const file = (name: string, bytes = 1) => new File([new Uint8Array(bytes)], name)

test('as many go as one message takes, once, and the others with the next', () => {
  const chosen = new ChosenFiles(() => 10)
  chosen.add(Array.from({ length: MAX_FILES_PER_MESSAGE + 2 }, (_, i) => file(String(i))))
  chosen.remove(chosen.all[0] as File)
  const names = (files: readonly File[]) => files.map(({ name }) => name)
  const gone = chosen.take()
  expect(names(gone)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
  expect(names(chosen.all)).toEqual(['11'])
  chosen.putBack(gone)
  expect(names(chosen.take())).toEqual(names(gone))
  expect([names(chosen.take()), chosen.isEmpty]).toEqual([['11'], true])
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
