import { describe, expect, test } from 'vitest'
import { parseRange } from './addresses.ts'
import { type AdmissionPolicy, admitSocket, type SocketRequest } from './admission.ts'

const ranges = (...texts: string[]) => texts.flatMap((text) => parseRange(text) ?? [])

const policy: AdmissionPolicy = {
  publicUrl: undefined,
  trustedProxies: ranges('127.0.0.0/8', '::1', '10.1.0.0/16'),
  insecureLan: false,
}

const fromLoopback: SocketRequest = {
  remoteAddress: '127.0.0.1',
  encrypted: false,
  host: '127.0.0.1:7684',
  origin: undefined,
  forwardedFor: undefined,
  forwardedProto: undefined,
}

function admits(request: Partial<SocketRequest>, changes: Partial<AdmissionPolicy> = {}): boolean {
  return 'admitted' in admitSocket({ ...fromLoopback, ...request }, { ...policy, ...changes })
}

function originOf(request: Partial<SocketRequest>, changes: Partial<AdmissionPolicy> = {}) {
  const outcome = admitSocket({ ...fromLoopback, ...request }, { ...policy, ...changes })
  return 'admitted' in outcome ? `${outcome.admitted.transport} ${outcome.admitted.address}` : 'refused'
}

describe('which page may open a socket', () => {
  test('the page that this server sent: same host and port, whatever the scheme', () => {
    expect(admits({ origin: 'http://127.0.0.1:7684' })).toBe(true)
    expect(admits({ origin: 'https://chat.example', host: 'chat.example' })).toBe(true)
    expect(admits({ origin: 'https://chat.example', host: 'chat.example:443' })).toBe(true)
    expect(admits({ origin: 'http://[::1]:7684', host: '[::1]:7684' })).toBe(true)
    expect(admits({ origin: 'http://CHAT.example', host: 'chat.EXAMPLE' })).toBe(true)
  })

  test('the page at the public URL, when a proxy changes the host', () => {
    expect(admits({ origin: 'https://chat.example' }, { publicUrl: 'https://chat.example/' })).toBe(true)
    expect(admits({ origin: 'http://chat.example' }, { publicUrl: 'https://chat.example/' })).toBe(false)
  })

  test.each([
    'http://evil.example',
    'http://127.0.0.1:7685',
    'http://127.0.0.1',
    'http://127.0.0.1:7684.evil.example',
    'file://',
    'null',
    '',
    'chrome-extension://abcdef',
  ])('no other: %j', (origin) => {
    expect(admits({ origin })).toBe(false)
  })

  test('a page cannot pass without a host to compare it with', () => {
    expect(admits({ origin: 'http://127.0.0.1:7684', host: undefined })).toBe(false)
  })

  test('a program that is no browser says no origin and may', () => {
    expect(admits({ origin: undefined })).toBe(true)
  })
})

describe('how a socket is protected', () => {
  test('an encrypted connection is HTTPS', () => {
    expect(originOf({ remoteAddress: '203.0.113.7', encrypted: true })).toBe('https 203.0.113.7')
  })

  test('an unencrypted one is insecure, allowed or not, unless it stays on this machine', () => {
    expect(originOf({})).toBe('loopback 127.0.0.1')
    expect(originOf({ remoteAddress: '::1' })).toBe('loopback ::1')
    expect(originOf({ remoteAddress: '::ffff:127.0.0.1' })).toBe('loopback ::ffff:127.0.0.1')
    expect(originOf({ remoteAddress: '192.168.1.5' })).toBe('insecure 192.168.1.5')
    expect(originOf({ remoteAddress: '192.168.1.5' }, { insecureLan: true })).toBe('insecure-allowed 192.168.1.5')
  })

  test('a trusted proxy is believed about the client', () => {
    const forwarded = { forwardedFor: '203.0.113.7', forwardedProto: 'https' }
    expect(originOf({ ...forwarded })).toBe('https 203.0.113.7')
    expect(originOf({ ...forwarded, remoteAddress: '10.1.2.3' })).toBe('https 203.0.113.7')
    expect(originOf({ ...forwarded, remoteAddress: '::ffff:10.1.2.3' })).toBe('https 203.0.113.7')
  })

  test('behind a proxy on this machine that does not encrypt, a client is not taken for a local one', () => {
    expect(originOf({ forwardedFor: '192.168.1.5', forwardedProto: 'http' })).toBe('insecure 192.168.1.5')
    expect(originOf({ forwardedFor: '192.168.1.5' })).toBe('insecure 192.168.1.5')
  })

  test('nobody else is believed', () => {
    const forwarded = { forwardedFor: '127.0.0.1', forwardedProto: 'https', remoteAddress: '192.168.1.5' }
    expect(originOf(forwarded)).toBe('insecure 192.168.1.5')
  })

  test('of several hops the last one that is no trusted proxy is the client', () => {
    const proto = { forwardedProto: 'https' }
    expect(originOf({ ...proto, forwardedFor: '127.0.0.1, 203.0.113.7, 10.1.0.9' })).toBe('https 203.0.113.7')
    expect(originOf({ ...proto, forwardedFor: '10.1.0.9' })).toBe('https 10.1.0.9')
    expect(originOf({ ...proto, forwardedFor: 'nonsense' })).toBe('https nonsense')
  })

  test('one unencrypted hop makes the way insecure', () => {
    expect(originOf({ forwardedFor: '203.0.113.7', forwardedProto: 'https, http' })).toBe('insecure 203.0.113.7')
  })
})
