import { objectTable } from '#durable/directory/links.ts'
import { DIRECTORY_SHARDS } from '#durable/identity.ts'
import { nameOf } from '../actors/address.ts'
import { partitionNumber } from '../partitions.ts'
import type { Connection } from './connection.ts'
import { Layout, serverOf } from './layout.ts'
import { RedisTableRows } from './table-rows.ts'

const OF_EACH_SHARD = 2

/** The keys of some objects that files have, by what is applied in a store on these servers. */
export async function someObjects(connections: readonly Connection[], partitions: number): Promise<string[]> {
  const shards = Array.from({ length: DIRECTORY_SHARDS }, (_, shard) =>
    nameOf({ kind: 'directory', id: String(shard) }),
  )
  const keys = await Promise.all(shards.map((directory) => objectsOf(directory, connections, partitions)))
  return keys.flat()
}

async function objectsOf(directory: string, connections: readonly Connection[], partitions: number): Promise<string[]> {
  const partition = partitionNumber(directory, partitions)
  const connection = connections[serverOf(partition, connections.length)]
  if (!connection) return []
  const rows = new RedisTableRows(new Layout(partition), directory, objectTable.name, (commands) =>
    connection.send(commands),
  )
  return (await rows.page(undefined, OF_EACH_SHARD)).map(([, row]) => objectTable.decode(row).key)
}
