import { actors } from '#durable/actors.ts'
import type { Host } from '#durable/ports/host.ts'
import { ActorObject } from './actor-object.ts'
import { scrypt } from './scrypt.ts'

export { GatewayObject } from './gateway-object.ts'

/** One class for each kind of actor. Their names are part of the deployment: wrangler.toml lists them for ever. */

export class UserObject extends ActorObject {
  protected readonly kind = 'USER'

  protected make(id: string, host: Host) {
    return new actors.user(id, host)
  }
}

export class RoomObject extends ActorObject {
  protected readonly kind = 'ROOM'

  protected make(id: string, host: Host) {
    return new actors.room(id, host)
  }
}

export class DirectoryObject extends ActorObject {
  protected readonly kind = 'DIRECTORY'

  protected make(id: string, host: Host) {
    return new actors.directory(id, host)
  }
}

export class HasherObject extends ActorObject {
  protected readonly kind = 'HASHER'

  protected make(id: string, host: Host) {
    return new actors.hasher(id, { ...host, scrypt })
  }
}
