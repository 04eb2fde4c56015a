import { isLoopback } from '#workers/addresses.ts'
import type { Settings } from './settings-schema.ts'

/** What whoever lets others in without HTTPS should know. */
export function exposureOf({
  host,
  publicUrl,
  insecureLan,
}: Pick<Settings, 'host' | 'publicUrl' | 'insecureLan'>): string | undefined {
  if (insecureLan) return 'People on the network talk unprotected: whoever can listen in on it reads everything.'
  if (publicUrl !== undefined || host === 'localhost' || isLoopback(host)) return undefined
  return 'Others can open the page but not log in: give --public-url and put HTTPS in front (docs/operating.md).'
}
