import { readdir } from 'node:fs/promises'
import * as z from 'zod/mini'
import { Connection, textIn } from '../redis/connection.ts'
import { durabilityOf } from '../redis/durability.ts'
import { FORMAT_KEY, LEASE_KEY } from '../redis/layout.ts'
import { adviceFor } from '../redis/refusals.ts'
import { assertKind, OF_NODE_HOST } from '../store/folder-kinds.ts'
import { FORMAT_FILE } from '../store/format-file.ts'
import { type Check, type Finding, fine, reasonOf, unknown, warning, wrong } from './finding.ts'

/** Where messages and accounts are, and what an acknowledgement is worth there. */
export const store: Check = {
  name: 'store',
  run: ({ settings: { redisUrl, data, allowUnsafeStore } }) =>
    redisUrl === undefined
      ? inFolder(data)
      : Promise.all(redisUrl.map((url) => onServer(url, allowUnsafeStore))).then((all) => all.flat()),
}

async function inFolder(data: string): Promise<Finding[]> {
  let names: string[]
  try {
    names = await readdir(data)
    assertKind(data, names, OF_NODE_HOST)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return [unknown(`there is no data folder ${data} yet`, 'The first start makes it; name another one with --data.')]
    return [wrong(`the data folder ${data}`, reasonOf(error))]
  }
  if (!names.includes(FORMAT_FILE)) return [unknown(`the data folder ${data} is empty`, 'The first start fills it.')]
  return [fine(`${data} is a folder of Snug: what is acknowledged survives a power cut`)]
}

async function onServer(url: string, isUnsafeAllowed: boolean): Promise<Finding[]> {
  const place = new URL(url).host
  let connection: Connection
  try {
    connection = await Connection.open(url)
  } catch (error) {
    return [wrong(`the store at ${place} does not answer (${reasonOf(error)})`, 'Start it, or correct --redis-url.')]
  }
  try {
    return [await belonging(connection, place), await durability(connection, place, isUnsafeAllowed)]
  } catch (error) {
    const advice = adviceFor(error) ?? 'Correct --redis-url'
    return [
      wrong(
        `the store at ${place} does not answer as one does (${reasonOf(error)})`,
        `${advice[0]?.toUpperCase()}${advice.slice(1)}.`,
      ),
    ]
  } finally {
    connection.close()
  }
}

const holderSchema = z.object({ name: z.string(), pid: z.int() })

/** Asks only: who uses it goes on. */
async function belonging(connection: Connection, place: string): Promise<Finding> {
  const [format, lease] = await connection.send([
    ['get', FORMAT_KEY],
    ['get', LEASE_KEY],
  ])
  const holder = textIn(lease)
  if (holder !== undefined) {
    const { name, pid } = z.parse(holderSchema, JSON.parse(holder))
    return fine(`the store at ${place} is used by process ${pid} on ${name}`)
  }
  if (textIn(format) === undefined) return fine(`the store at ${place} answers; nothing of Snug is there yet`)
  return fine(`the store at ${place} holds a Snug that does not run`)
}

async function durability(connection: Connection, place: string, isUnsafeAllowed: boolean): Promise<Finding> {
  const { survives, server, reason } = await durabilityOf(connection)
  const what = `${server} at ${place}: ${reason}`
  if (survives === 'power-safe') return fine(`${what}: what is acknowledged survives a power cut`)
  if (survives === 'crash-safe')
    return warning(what, 'What is acknowledged survives the end of that process, and not a power cut: docs/stores.md.')
  const advice =
    survives === 'unsafe'
      ? 'It would lose messages: change that setting (docs/stores.md).'
      : 'Or start Snug with --allow-unsafe-store, if you know that it keeps what it acknowledges (docs/stores.md).'
  return isUnsafeAllowed ? warning(what, advice) : wrong(what, advice)
}
