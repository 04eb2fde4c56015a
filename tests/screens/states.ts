import type { Person } from '../support/person.ts'
import type { Cast } from './cast.ts'
import { conversation } from './states/conversation.ts'
import { entrance } from './states/entrance.ts'
import { rooms } from './states/rooms.ts'
import { settings } from './states/settings.ts'
import { start } from './states/start.ts'

/** Brings a page to where one can look at it. Each begins at an address, wherever the page was before. */
export type Show = (person: Person, cast: Cast) => Promise<void>

/** Of people who have not logged in. */
export const DOOR_STATES: Readonly<Record<string, Show>> = entrance

/** Of somebody who has. The last one ends that. */
export const INNER_STATES: Readonly<Record<string, Show>> = { ...rooms, ...conversation, ...start, ...settings }
