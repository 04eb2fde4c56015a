import { expect, test } from 'vitest'
import { passwordStrength } from './password-strength.ts'

test.each([
  ['seven77', 'short'],
  ['12345678', 'weak'],
  ['aabbaabbaabb', 'weak'],
  ['password123', 'weak'],
  ['Sunshine2024!', 'weak'],
  ['qf7xk2mz', 'weak'],
  ['qf7xk2mzp4', 'fair'],
  ['correct horse battery', 'strong'],
  ['extraordinarily2024', 'strong'],
])('%s is %s', (password, level) => {
  expect(passwordStrength(password).level).toBe(level)
})
