import { programOf } from './hosts.ts'
import { type Ended, runProgram } from './run-program.ts'

export { type Exit, HostProcess as NodeHostProcess, type LogLine } from './host-process.ts'

/** Runs the host where it is not expected to start: what it said, and how it ended. */
export function runNodeHost(args: readonly string[]): Promise<Ended> {
  return runProgram(programOf('node-host'), args)
}
