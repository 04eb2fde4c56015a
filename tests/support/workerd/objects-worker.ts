import { S3Objects } from '#workers/cloudflare/object-store.ts'
import { readObjects } from '#workers/cloudflare/settings.ts'

type Env = { readonly SNUG_S3_URL: string; readonly SNUG_S3_REFUSES_OTHER_CONTENT: string }
type Asked = { readonly method: string; readonly args: unknown[]; readonly aheadMs: number }

/** Calls a method of the adapter for whoever asks. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const settings = readObjects(env)
    if (!settings) return new Response('no store', { status: 500 })
    const { method, args, aheadMs } = await request.json<Asked>()
    const store = new S3Objects({ ...settings, clock: { now: () => Date.now() + aheadMs } })
    return Response.json(await Reflect.apply(Reflect.get(store, method), store, args))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
