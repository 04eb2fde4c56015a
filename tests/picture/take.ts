import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHost } from '#node-host/host.ts'
import { openLog } from '#node-host/log.ts'
import type { RunningHost } from '#node-host/running.ts'
import { readSettings } from '#node-host/settings.ts'
import { openBrowser } from '../support/browser.ts'
import { Member } from '../support/member.ts'
import { Person } from '../support/person.ts'
import { ROOT } from '../support/workerd.ts'
import { BEGINNING, DRAFT, NOW, OPEN, ROOMS, type Room, VIEWER } from './scene.ts'

/** `npm run picture`: takes the picture of the README anew, from the page as it is and a host that runs. */

const PICTURE = join(ROOT, 'docs/images/conversation.png')
/** So that it is sharp where a screen has more pixels than a page. */
const PIXELS = 2

const nowHere = Date.now
let aheadMs = 0
/** The host runs in this process: what is said at other times of other days is said at once. */
Date.now = () => nowHere() + aheadMs

function setClock(at: number): void {
  aheadMs = at - nowHere()
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-picture-'))
  const settings = readSettings(['--port', '0', '--data', join(folder, 'data')], {})
  if (typeof settings === 'string') throw new Error('nobody asked for help')
  setClock(BEGINNING)
  const host = await startHost({
    settings,
    log: openLog('warn', true),
    onFailure: (error) => {
      throw error
    },
  })
  try {
    await perform(host)
    await take(host)
  } finally {
    await host.stop()
    await rm(folder, { recursive: true })
  }
  process.stdout.write(`Taken: ${PICTURE}\n`)
}

async function perform({ urls: [url = ''], invitation = '' }: RunningHost): Promise<void> {
  const names = new Set(ROOMS.flatMap(({ opener, others }) => [opener, ...others]))
  const members = new Map([...names].map((name) => [name, new Member(url, name)]))
  const owner = named(members, VIEWER)
  await owner.join(invitation.split('/').at(-1) ?? '')
  const guests = [...members.values()].filter((member) => member !== owner)
  const { code } = await owner.snug.createInvitation(guests.length)
  for (const guest of guests) await guest.join(code)
  for (const room of ROOMS) await talk(room, members)
  for (const { snug } of members.values()) await snug.stop()
}

async function talk(
  { title, opener, others, lines, unread = false }: Room,
  members: ReadonlyMap<string, Member>,
): Promise<void> {
  const here = [opener, ...others].map((name) => named(members, name))
  setClock(lines[0]?.at ?? NOW)
  const guests = here.filter(({ name }) => name !== opener)
  const room = await named(members, opener).open(title, guests)
  let head = 0
  for (const { at, by, text } of lines) {
    setClock(at)
    head = await named(members, by).say(room, text)
  }
  for (const member of here.filter(({ name }) => !unread || name !== VIEWER)) {
    await Promise.all(here.filter((told) => told !== member).map((told) => member.read(room, head, told)))
  }
}

async function take({ urls: [url = ''] }: RunningHost): Promise<void> {
  setClock(NOW)
  const browser = await openBrowser()
  try {
    const viewer = await Person.at(browser, VIEWER.toLowerCase(), {
      deviceScaleFactor: PIXELS,
      colorScheme: 'light',
      timezoneId: 'UTC',
    })
    await viewer.page.clock.setFixedTime(NOW)
    await viewer.logIn(url)
    await viewer.open(OPEN)
    for (const { text } of ROOMS.find(({ title }) => title === OPEN)?.lines ?? []) await viewer.timeline.sees(text)
    await viewer.composer.fill(DRAFT)
    await viewer.page.screenshot({ path: PICTURE, animations: 'disabled' })
  } finally {
    await browser.close()
  }
}

function named(members: ReadonlyMap<string, Member>, name: string): Member {
  const member = members.get(name)
  if (!member) throw new Error(`nobody is called ${name}`)
  return member
}

await main()
