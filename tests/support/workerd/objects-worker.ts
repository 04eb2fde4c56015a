import { S3Objects } from '#workers/cloudflare/object-store.ts'
import { readObjects } from '#workers/cloudflare/settings.ts'

type Env = { readonly SNUG_S3_URL: string; readonly SNUG_S3_REFUSES_OTHER_CONTENT: string }
type Asked = { readonly method: string; readonly args: unknown[] }

/** Calls a method of the adapter for whoever asks. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const settings = readObjects(env)
    if (!settings) return new Response('no store', { status: 500 })
    const store = new S3Objects(settings)
    const { method, args } = await request.json<Asked>()
    return Response.json(await Reflect.apply(Reflect.get(store, method), store, args))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
