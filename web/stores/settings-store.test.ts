import { expect, test } from 'vitest'
import { RefusedError, type Settings } from '#client/index.ts'
import { SettingsStore } from './settings-store.ts'

test('a choice is shown at once, and taken back where the server refuses it', async () => {
  let kept: Settings = { showsPresence: true }
  let refuses = false
  const store = new SettingsStore({
    settings: async () => kept,
    async changeSettings(change) {
      if (refuses) throw new RefusedError({ kind: 'retry', reason: '' })
      kept = { ...kept, ...change }
      return kept
    },
  })
  await store.load()
  const hiding = store.change({ showsPresence: false })
  expect(store.settings).toEqual({ showsPresence: false })
  await hiding
  expect([kept, store.changing.refusal]).toEqual([{ showsPresence: false }, undefined])
  refuses = true
  await store.change({ showsPresence: true })
  expect([store.settings, store.changing.refusal?.kind]).toEqual([{ showsPresence: false }, 'retry'])
})
