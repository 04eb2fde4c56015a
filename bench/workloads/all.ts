import { connect } from './connect.ts'
import { fanout } from './fanout.ts'
import { history } from './history.ts'
import { idle } from './idle.ts'
import { interference } from './interference.ts'
import { latency } from './latency.ts'
import { redis, redisRooms } from './redis.ts'
import { rooms } from './rooms.ts'
import { threads } from './threads.ts'
import type { Workload } from './workload.ts'

export const WORKLOADS: readonly Workload[] = [
  fanout,
  latency,
  rooms,
  threads,
  idle,
  history,
  connect,
  interference,
  redis,
  redisRooms,
]
