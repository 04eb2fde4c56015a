import { explain } from '../running.ts'
import { readSettings, SettingsError } from '../settings.ts'
import { disk } from './disk.ts'
import type { Check, Finding, Mark, Patient } from './finding.ts'
import { front } from './front.ts'
import { machine, turn } from './machine.ts'
import { objects } from './objects.ts'
import { store } from './store.ts'

const CHECKS: readonly Check[] = [store, disk, objects, front, turn, machine]

const MARKS: Record<Mark, string> = {
  fine: 'fine     ',
  warning: 'warning  ',
  wrong: 'WRONG    ',
  unknown: '-        ',
}
const USAGE = '--url takes the address at which people open Snug, such as https://chat.example.org.'

/** `npm run doctor`: looks at everything around a Snug that is started with the same settings. */
async function main(): Promise<void> {
  const patient = readPatient(process.argv.slice(2))
  let isWrong = false
  for (const check of CHECKS) {
    const findings = await check.run(patient)
    for (const finding of findings) tell(check, finding)
    isWrong ||= findings.some(({ mark }) => mark === 'wrong')
  }
  process.exit(isWrong ? 1 : 0)
}

function readPatient(args: readonly string[]): Patient {
  const at = args.indexOf('--url')
  const given = at < 0 ? undefined : args[at + 1]
  if (at >= 0 && !/^https?:\/\//.test(given ?? '')) throw new SettingsError(USAGE)
  const settings = readSettings(at < 0 ? args : args.toSpliced(at, 2), process.env)
  if (typeof settings === 'string') throw new SettingsError(`It takes the settings of Snug, and one more: ${USAGE}`)
  return { settings, url: given ?? settings.publicUrl }
}

function tell({ name }: Check, { mark, what, advice }: Finding): void {
  const sentence = advice === undefined ? what : `${what}. ${advice}`
  process.stdout.write(`${MARKS[mark]}${name}: ${sentence}\n`)
}

main().catch((error) => process.exit(explain(error)))
