import { expect, test } from 'vitest'
import { isInstalled } from '#node-host/launch/lockfile.mjs'

const locked = {
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '1.0.0', dev: true },
  'node_modules/c': { version: '1.0.0', optional: true },
  'node_modules/d': { version: '1.0.0', devOptional: true },
}
const a = { 'node_modules/a': { version: '1.0.0' } }
const b = { 'node_modules/b': { version: '1.0.0' } }
const d = { 'node_modules/d': { version: '1.0.0' } }

test('what the tests need may be missing or old where Snug only runs', () => {
  expect(isInstalled(locked, a, 'production')).toBe(true)
  expect(isInstalled(locked, { ...a, 'node_modules/b': { version: '0.9.0' } }, 'production')).toBe(true)
})

test('the whole set needs all but what is optional', () => {
  expect(isInstalled(locked, a, 'all')).toBe(false)
  expect(isInstalled(locked, { ...a, ...b }, 'all')).toBe(false)
  expect(isInstalled(locked, { ...a, ...b, ...d }, 'all')).toBe(true)
})

test('another version than the locked one is not installed, optional or not', () => {
  expect(isInstalled(locked, { 'node_modules/a': { version: '1.0.1' } }, 'production')).toBe(false)
  expect(isInstalled(locked, { ...a, 'node_modules/c': { version: '2.0.0' } }, 'production')).toBe(false)
})

test('an installation that broke off counts as none', () => {
  expect(isInstalled(locked, {}, 'production')).toBe(false)
})
