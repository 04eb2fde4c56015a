import type { Person } from '../support/person.ts'
import { type Cast, VIEWER } from './cast.ts'
import { GUEST, OWNER } from './empty-house.ts'
import type { Line } from './line.ts'
import { arriving } from './states/arriving.ts'
import { connection } from './states/connection.ts'
import { conversation } from './states/conversation.ts'
import { documents } from './states/documents.ts'
import { guestOfEmptyHouse, ownerOfEmptyHouse } from './states/empty-house.ts'
import { entrance } from './states/entrance.ts'
import { faults } from './states/faults.ts'
import { files } from './states/files.ts'
import { longTalk } from './states/long-talk.ts'
import { members } from './states/members.ts'
import { mishaps } from './states/mishaps.ts'
import { offline } from './states/offline.ts'
import { rooms } from './states/rooms.ts'
import { settings } from './states/settings.ts'
import { sharedFiles } from './states/shared-files.ts'
import { start } from './states/start.ts'

/** Brings a page from one state to the next, and names each when it stands still. It begins at an address of its own. */
export type Scene = (person: Person, cast: Cast, line: Line) => AsyncGenerator<string>

type Part = { readonly handle: string; readonly scenes: readonly Scene[] }

/** Whose screens one looks at, each in an empty browser, and what is to be seen there one after the other. */
export const PARTS: readonly Part[] = [
  { handle: 'visitor', scenes: [entrance] },
  { handle: OWNER.toLowerCase(), scenes: [ownerOfEmptyHouse] },
  { handle: GUEST.toLowerCase(), scenes: [guestOfEmptyHouse] },
  {
    handle: VIEWER.toLowerCase(),
    scenes: [
      arriving,
      rooms,
      start,
      conversation,
      members,
      sharedFiles,
      longTalk,
      mishaps,
      connection,
      files,
      documents,
      faults,
      settings,
      offline,
    ],
  },
]
