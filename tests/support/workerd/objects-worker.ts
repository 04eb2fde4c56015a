import { S3Objects } from '#workers/cloudflare/object-store.ts'
import { parseS3Address } from '#workers/s3-address.ts'

type Env = { readonly SNUG_S3_URL: string }
type Asked = { readonly method: string; readonly args: unknown[] }

/** Calls a method of the adapter for whoever asks. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const address = parseS3Address(env.SNUG_S3_URL)
    if (!address) return new Response('no store', { status: 500 })
    const store = new S3Objects(address)
    const { method, args } = await request.json<Asked>()
    return Response.json(await Reflect.apply(Reflect.get(store, method), store, args))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
