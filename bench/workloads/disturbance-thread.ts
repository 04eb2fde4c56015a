import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { join } from '../servers/join.ts'
import { type Address, PAGE_SIZE } from '../servers/server.ts'

export type Order = {
  readonly address: Address
  readonly devices: number
  readonly rooms: number
  readonly messagesPerRoom: number
  readonly history: number
}

/** What became of it: log-ins are those whose device was caught up. */
export type Disturbed = { readonly log_ins_per_s: number; readonly pages_per_s: number }

/*
 * A thread on which devices come, catch up on everything and come again, and one reads history as fast as it is
 * answered: says when it is ready, begins when it hears something, ends when it hears something again.
 */
const { address, devices, rooms, messagesPerRoom, history }: Order = workerData
const server = await join(address)
const enter = await server.visitor({ rooms, messagesPerRoom, holds: 'nothing' })
const page = await server.history(history)
parentPort?.postMessage('ready')
await told()
let isGoingOn = true
const done = disturb(() => isGoingOn)
await told()
isGoingOn = false
parentPort?.postMessage(await done)

async function told(): Promise<void> {
  if (parentPort) await once(parentPort, 'message')
}

async function disturb(goesOn: () => boolean): Promise<Disturbed> {
  const startedMs = performance.now()
  let logIns = 0
  let pages = 0
  const comeAndGo = async () => {
    for (; goesOn(); logIns++) (await enter()).end()
  }
  const readOn = async () => {
    for (; goesOn(); pages++) await page(PAGE_SIZE + 1 + Math.floor(Math.random() * (history - PAGE_SIZE)))
  }
  await Promise.all([...Array.from({ length: devices }, comeAndGo), readOn()])
  const seconds = (performance.now() - startedMs) / 1000
  return { log_ins_per_s: logIns / seconds, pages_per_s: pages / seconds }
}
