import type { Env } from './env.ts'
import { type Host, openHost } from './host.ts'
import { openLog } from './log.ts'

export { DirectoryObject, GatewayObject, HasherObject, RoomObject, UserObject } from './objects.ts'

/** Made with the first request: only then the settings are there. */
let host: Host | undefined

const entry: ExportedHandler<Env> = {
  async fetch(request, env) {
    try {
      host ??= openHost(env)
      return await host.fetch(request)
    } catch (error) {
      openLog().error('a request failed', { error })
      return new Response('Something went wrong here.\n', { status: 500 })
    }
  },
}

export default entry
