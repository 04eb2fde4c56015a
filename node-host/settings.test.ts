import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#durable/ports/host.ts'
import { limitsOf, readSettings, SettingsError, settingInfos } from './settings.ts'
import type { Settings } from './settings-schema.ts'
import { answerTo, helpText, settingsPage } from './settings-table.ts'

function settings(args: string[], environment: NodeJS.ProcessEnv = {}): Settings {
  const read = readSettings(args, environment)
  if (typeof read === 'string') throw new Error('help was not asked for')
  return read
}

function complaint(args: string[], environment: NodeJS.ProcessEnv = {}): string {
  try {
    readSettings(args, environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  return 'none'
}

describe('settings', () => {
  test('without any, the host keeps to itself and the limits are those of the actors', () => {
    const read = settings([])
    expect(read).toMatchObject({ port: 7684, host: '127.0.0.1', insecureLan: false, logLevel: 'info' })
    expect(read).not.toHaveProperty('publicUrl')
    expect(read).not.toHaveProperty('metricsPort')
    expect(limitsOf(read)).toMatchObject(DEFAULT_LIMITS)
    expect(read.data).toBe(`${process.cwd()}/data`)
  })

  test('a flag counts more than a variable, and a variable more than the default', () => {
    const environment = { SNUG_PORT: '1000', SNUG_CATCH_UP_RECORDS: '7', SNUG_PUBLIC_URL: '' }
    const read = settings(['--port', '2000', '--metrics-port=9000'], environment)
    expect(read).toMatchObject({ port: 2000, catchUpRecords: 7, metricsPort: 9000 })
    expect(read).not.toHaveProperty('publicUrl')
  })

  test('where clients reach a store of files is not passed over where no such store is set', () => {
    const said = 'says where clients reach the store of --s3-url, and no --s3-url is set.'
    expect(complaint(['--s3-public-url', 'https://files.test'])).toBe(`--s3-public-url ${said}`)
    expect(complaint([], { SNUG_S3_PUBLIC_URL: 'https://files.test' })).toBe(`SNUG_S3_PUBLIC_URL ${said}`)
    expect(complaint(['--s3-public-url', 'https://files.test', '--s3-url', 'https://k:s@s3.test/snug'])).toBe('none')
  })

  test('a switch needs no value', () => {
    expect(settings(['--insecure-lan', '--port', '1']).insecureLan).toBe(true)
    expect(settings(['--insecure-lan=false'], { SNUG_INSECURE_LAN: 'true' }).insecureLan).toBe(false)
    expect(settings([], { SNUG_INSECURE_LAN: '1' }).insecureLan).toBe(true)
  })

  test('addresses are read once and for all', () => {
    expect(settings(['--public-url', 'https://Chat.Example/']).publicUrl).toBe('https://chat.example')
    expect(settings(['--trusted-proxies', '10.0.0.0/8, ::1']).trustedProxies).toMatchObject([
      { bits: 32, length: 8 },
      { bits: 128, length: 128 },
    ])
    expect(settings(['--trusted-proxies=']).trustedProxies).toEqual([])
  })

  test.each([
    [['--prot', '1'], 'There is no setting --prot: did you mean --port? See --help.'],
    [['--insecure_lan'], 'There is no setting --insecure_lan: did you mean --insecure-lan? See --help.'],
    [['--versoin'], 'There is no setting --versoin: did you mean --version? See --help.'],
    [['--colour', 'red'], 'There is no setting --colour: see --help.'],
    [['-p', '1'], 'There is no setting -p: see --help.'],
    [['start'], '"start" is not understood: see --help.'],
    [['--port'], '--port takes a whole number from 0 to 65535.'],
    [['--port', 'http'], '--port takes a whole number from 0 to 65535, not "http".'],
    [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536".'],
    [['--port', '1.5'], '--port takes a whole number from 0 to 65535, not "1.5".'],
    [['--metrics-port', '0'], '--metrics-port takes a whole number from 1 to 65535, not "0".'],
    [['--insecure-lan', 'true'], '"true" is not understood: --insecure-lan stands alone, or as --insecure-lan=false.'],
    [
      ['--insecure-lan=true', 'true'],
      '"true" is not understood: --insecure-lan stands alone, or as --insecure-lan=false.',
    ],
    [['--log-level', 'loud'], '--log-level takes error, warn, info, not "loud".'],
    [['--insecure-lan=perhaps'], '--insecure-lan takes true or false, not "perhaps".'],
    [
      ['--public-url', 'chat.example'],
      '--public-url takes a URL without a path, such as https://chat.example.org, not "chat.example".',
    ],
    [
      ['--public-url', 'https://chat.example/snug'],
      '--public-url takes a URL without a path, such as https://chat.example.org, not "https://chat.example/snug".',
    ],
    [
      ['--trusted-proxies', '10.0.0.0/8,localhost'],
      '--trusted-proxies takes addresses or networks with commas between, such as 10.0.0.0/8,fd00::1, not "10.0.0.0/8,localhost".',
    ],
  ])('%j: one sentence says what is wrong', (args, sentence) => {
    expect(complaint(args)).toBe(sentence)
  })

  test('a variable is named when it is the one that is wrong', () => {
    expect(complaint([], { SNUG_PROT: '1' })).toBe('There is no setting SNUG_PROT: did you mean SNUG_PORT? See --help.')
    expect(complaint([], { SNUG_COLOUR: '1' })).toBe('There is no setting SNUG_COLOUR: see --help.')
    expect(complaint([], { SNUG_PORT: 'http' })).toBe('SNUG_PORT takes a whole number from 0 to 65535, not "http".')
  })

  test('--help names every setting, and stands before anything else that is wrong', () => {
    expect(readSettings(['--help'], { SNUG_PORT: 'http' })).toBe('help')
    expect(readSettings(['--version'], { SNUG_PROT: '1' })).toBe('version')
    for (const { flag, variable } of settingInfos) expect(helpText()).toContain(`${flag}, ${variable}`)
    expect(
      Math.max(
        ...helpText()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  })

  test('--version names the version alone', () => {
    expect(answerTo('version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('docs/settings.md is current', async () => {
    await expect(settingsPage()).toMatchFileSnapshot('../docs/settings.md')
  })
})
