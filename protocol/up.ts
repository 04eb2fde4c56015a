import * as z from 'zod/mini'
import { acknowledgeSchema } from './up/acknowledge.ts'
import { authenticateSchema } from './up/authenticate.ts'
import { changeSettingsSchema } from './up/change-settings.ts'
import { createAccountSchema } from './up/create-account.ts'
import { createGroupSchema } from './up/create-group.ts'
import { createInvitationSchema } from './up/create-invitation.ts'
import { declareFileSchema } from './up/declare-file.ts'
import { dropFileSchema } from './up/drop-file.ts'
import { findUserSchema } from './up/find-user.ts'
import { finishUploadSchema } from './up/finish-upload.ts'
import { getFileSchema } from './up/get-file.ts'
import { getPresenceSchema } from './up/get-presence.ts'
import { getProfilesSchema } from './up/get-profiles.ts'
import { getSettingsSchema } from './up/get-settings.ts'
import { helloSchema } from './up/hello.ts'
import { historySchema } from './up/history.ts'
import { inviteMembersSchema } from './up/invite-members.ts'
import { leaveSchema } from './up/leave.ts'
import { listDevicesSchema } from './up/list-devices.ts'
import { listFilesSchema } from './up/list-files.ts'
import { listMembersSchema } from './up/list-members.ts'
import { logInSchema } from './up/log-in.ts'
import { markReadSchema } from './up/mark-read.ts'
import { markReceivedSchema } from './up/mark-received.ts'
import { openDirectSchema } from './up/open-direct.ts'
import { pingSchema } from './up/ping.ts'
import { registerSchema } from './up/register.ts'
import { removeMemberSchema } from './up/remove-member.ts'
import { revokeDeviceSchema } from './up/revoke-device.ts'
import { sendSchema } from './up/send.ts'
import { signUploadSchema } from './up/sign-upload.ts'
import { skipSchema } from './up/skip.ts'
import { syncSchema } from './up/sync.ts'
import { typingSchema } from './up/typing.ts'

/** Everything a client can say. A frame is one of these events or an array of them. */
export const upSchema = z.discriminatedUnion('type', [
  helloSchema,
  registerSchema,
  logInSchema,
  authenticateSchema,
  syncSchema,
  sendSchema,
  skipSchema,
  historySchema,
  markReceivedSchema,
  markReadSchema,
  typingSchema,
  createGroupSchema,
  openDirectSchema,
  inviteMembersSchema,
  leaveSchema,
  removeMemberSchema,
  listMembersSchema,
  findUserSchema,
  getProfilesSchema,
  getPresenceSchema,
  createInvitationSchema,
  createAccountSchema,
  listDevicesSchema,
  revokeDeviceSchema,
  getSettingsSchema,
  changeSettingsSchema,
  declareFileSchema,
  signUploadSchema,
  finishUploadSchema,
  dropFileSchema,
  getFileSchema,
  listFilesSchema,
  acknowledgeSchema,
  pingSchema,
])
export type Up = z.infer<typeof upSchema>

/** What a server of this build understands, as `welcome` says it. */
export function upTypes(): Up['type'][] {
  return upSchema.def.options.flatMap(({ def }) => def.shape.type.def.values)
}

/** The events that carry an id and are answered by exactly one event that carries it back as `re`. */
export type Request = Extract<Up, { id: number }>
