import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { HasherHost } from '../ports/host.ts'
import { Hasher, UNKNOWN_USER_PHC } from './hasher.ts'

const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt)

function hasher(deriveKey: HasherHost['scrypt']['derive']): Hasher {
  const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }
  // The hasher keeps nothing: of its host it uses chance and scrypt.
  return new Hasher('h0', { random, scrypt: { derive: deriveKey } } as unknown as HasherHost)
}

const real: HasherHost['scrypt']['derive'] = (password, salt, { N, r, p, length }) =>
  derive(password, salt, length, { N, r, p, maxmem: 256 * N * r })

describe('the hasher', () => {
  test('A9: a hash is a PHC string that verifies its own password and no other', async () => {
    const actor = hasher(real)
    const hashed = await actor.hash('correct horse', 'here')
    const phc = 'ok' in hashed ? hashed.ok : ''
    expect(phc).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/)
    expect(await actor.verify('correct horse', phc, 'here')).toEqual({ ok: true })
    expect(await actor.verify('wrong horse', phc, 'here')).toEqual({ ok: false })
    expect(await actor.verify('correct horse', UNKNOWN_USER_PHC, 'here')).toEqual({ ok: false })
  })

  test('A9: a few are hashed at a time, and when too many wait the answer is busy', async () => {
    let running = 0
    let most = 0
    const finish: (() => void)[] = []
    const actor = hasher(async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => finish.push(resolve))
      running--
      return new Uint8Array(32)
    })
    const asked = Array.from({ length: 16 }, () => actor.hash('a password', 'one place'))
    const refused = await Promise.all(asked.slice(10))
    expect(refused).toEqual(
      refused.map(() => ({ refused: { kind: 'busy', reason: expect.any(String), retryAfterMs: expect.any(Number) } })),
    )
    const elsewhere = actor.hash('a password', 'another place')
    for (let done = 0; done < 4; done++) {
      while (finish.length === 0) await Promise.resolve()
      finish.shift()?.()
    }
    expect(await elsewhere, 'does not wait for all of the first').toHaveProperty('ok')
    for (let done = 0; done < 7; done++) {
      while (finish.length === 0) await Promise.resolve()
      finish.shift()?.()
    }
    const hashed = await Promise.all(asked.slice(0, 10))
    expect(hashed.every((outcome) => 'ok' in outcome)).toBe(true)
    expect(most).toBe(2)
  })
})
