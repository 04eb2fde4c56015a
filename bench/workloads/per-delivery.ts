import type { Lap } from '../measure/stopwatch.ts'
import type { Figures } from './workload.ts'

/** The figures of messages that so many members of a room each have got. */
export function perDelivery(lap: Lap, messages: number, members: number): Figures {
  const deliveries = messages * members
  return {
    deliveries_per_s: deliveries / lap.seconds,
    messages_per_s: messages / lap.seconds,
    cpu_us_per_delivery: lap.cpuMicros / deliveries,
    cpu_us_per_message: lap.cpuMicros / messages,
    generator_busy: lap.generatorBusy,
    strangers_busy: lap.strangersBusy,
  }
}
