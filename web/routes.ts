import type { RoomId } from '#protocol/ids.ts'

/** Every address of the page, and every address it builds for others, comes from here. */
export const routes = {
  home: '/',
  logIn: '/login',
  settings: '/settings',
  join: (code: string) => `/join/${encodeURIComponent(code)}`,
  room: (room: RoomId) => `/room/${encodeURIComponent(room)}`,

  /** The full link that an invited person opens. */
  invitation: (place: Pick<Location, 'origin'>, code: string) => `${place.origin}${routes.join(code)}`,
  /** The one socket that carries everything. */
  socket: (place: Pick<Location, 'protocol' | 'host'>) =>
    `${place.protocol === 'https:' ? 'wss:' : 'ws:'}//${place.host}/ws`,
} as const

/** The same addresses as the router matches them. */
export const patterns = {
  logIn: '/login',
  settings: '/settings',
  join: '/join/:code?',
  room: '/room/:room',
} as const
