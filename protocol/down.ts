import * as z from 'zod/mini'
import { accountSchema } from './down/account.ts'
import { deliverySchema } from './down/delivery.ts'
import { devicesSchema } from './down/devices.ts'
import { doneSchema } from './down/done.ts'
import { drainingSchema } from './down/draining.ts'
import { failedSchema } from './down/failed.ts'
import { fileUrlSchema } from './down/file-url.ts'
import { filesSchema } from './down/files.ts'
import { headsSchema } from './down/heads.ts'
import { inboxSchema } from './down/inbox.ts'
import { invitationSchema } from './down/invitation.ts'
import { laggingSchema } from './down/lagging.ts'
import { membersSchema } from './down/members.ts'
import { openedSchema } from './down/opened.ts'
import { pageSchema } from './down/page.ts'
import { pongSchema } from './down/pong.ts'
import { presenceSchema } from './down/presence.ts'
import { profilesSchema } from './down/profiles.ts'
import { putsSchema } from './down/puts.ts'
import { readSchema } from './down/read.ts'
import { readySchema } from './down/ready.ts'
import { receivedSchema } from './down/received.ts'
import { refusedSchema } from './down/refused.ts'
import { sessionSchema } from './down/session.ts'
import { settingsSchema } from './down/settings.ts'
import { storedSchema } from './down/stored.ts'
import { typingSchema } from './down/typing.ts'
import { uploadSchema } from './down/upload.ts'
import { welcomeSchema } from './down/welcome.ts'

/** Everything a server can say. A frame is one of these events or an array of them. */
export const downSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  sessionSchema,
  readySchema,
  headsSchema,
  deliverySchema,
  inboxSchema,
  storedSchema,
  refusedSchema,
  failedSchema,
  doneSchema,
  pageSchema,
  openedSchema,
  profilesSchema,
  presenceSchema,
  membersSchema,
  invitationSchema,
  accountSchema,
  devicesSchema,
  settingsSchema,
  uploadSchema,
  putsSchema,
  fileUrlSchema,
  filesSchema,
  readSchema,
  receivedSchema,
  typingSchema,
  laggingSchema,
  drainingSchema,
  pongSchema,
])
export type Down = z.infer<typeof downSchema>

export const downTypes: ReadonlySet<string> = /* @__PURE__ */ new Set(
  downSchema.def.options.flatMap(({ def }) => def.shape.type.def.values),
)

/** The events that answer a request. */
export type Answer = Extract<Down, { re: number }> | (Extract<Down, { type: 'failed' }> & { re: number })
