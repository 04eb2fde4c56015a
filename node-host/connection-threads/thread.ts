import { parentPort, workerData } from 'node:worker_threads'
import { openLog, takeConsole } from '../log.ts'
import { ConnectionThread } from './connection-thread.ts'
import type { Neighbour, ThreadSetup } from './control.ts'

const setup: ThreadSetup = workerData
const { settings, isTerminal, thread } = setup
const log = openLog(settings.logLevel, isTerminal, { thread })

takeConsole(log)
process.on('unhandledRejection', (error) => log.error('a failure that nobody handled', { error }))
process.on('uncaughtException', (error) => {
  log.error('a fault; this thread ends, since its memory cannot be trusted', { error })
  process.exit(1)
})

const connectionThread = new ConnectionThread(setup, log)
parentPort?.on('message', (neighbour: Neighbour) => connectionThread.meet(neighbour))
