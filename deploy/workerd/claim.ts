import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '#node-host/start-error.ts'
import { damaged } from '#node-host/store/damage.ts'
import { writeWhole } from '#node-host/store/files.ts'
import { OF_WORKERD } from '#node-host/store/folder-kinds.ts'

/** Holds the secret in the form in which wrangler reads variables from a file. */
export const CLAIM_FILE = OF_WORKERD.mark

const SECRET_BYTES = 32
const COMMAND_WITHIN_MS = 30_000

/** The secret of whoever runs the server on this data: made once, readable only by them. */
export async function claimSecret(data: string): Promise<string> {
  const path = join(data, CLAIM_FILE)
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text !== undefined) {
    const known = /^SNUG_CLAIM_SECRET=(\S+)$/m.exec(text)?.[1]
    if (known === undefined) throw damaged(data, `its ${CLAIM_FILE} cannot be read`)
    return known
  }
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  await writeWhole(path, `SNUG_CLAIM_SECRET=${secret}\n`)
  return secret
}

/** The invitation of the first user, who becomes the owner; undefined once there is one. */
export async function fetchInvitation(url: string, secret: string): Promise<string | undefined> {
  const answer = await command(url, 'claim', secret)
  const text = (await answer.text()).trim()
  if (answer.ok) return text
  if (answer.status === 409) return undefined
  throw new StartError(`Snug does not work (${answer.status}: ${text}): the log says why.`)
}

export function command(
  url: string,
  name: 'claim' | 'drain',
  secret: string,
  withinMs = COMMAND_WITHIN_MS,
): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}` }
  return fetch(`${url}/${name}`, { method: 'POST', headers, signal: AbortSignal.timeout(withinMs) })
}
