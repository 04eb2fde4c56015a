import { edgePlatform } from './edge-platform.ts'
import { serve } from './host.ts'

export { DirectoryObject, GatewayObject, HasherObject, RoomObject, UserObject } from './objects.ts'

/** The Worker that wrangler.toml names: at Cloudflare, and in `wrangler dev`. */
export default serve(edgePlatform)
