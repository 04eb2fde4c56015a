import { serve } from './host.ts'
import { standalonePlatform } from './standalone-platform.ts'

export { DirectoryObject, GatewayObject, HasherObject, RoomObject, UserObject } from './objects.ts'

/** The Worker of a workerd that people run themselves. */
export default serve(standalonePlatform)
