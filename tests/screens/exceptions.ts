import type { Variant } from './variants.ts'

export type Exception = {
  /** Words of the catalogue, spots of the views, looks of the style sheets. */
  readonly entries: readonly string[]
  /** Where they are not shown; nowhere at all where this is missing. */
  readonly on?: Variant['size']
  readonly why: string
}

/** What no state shows. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    entries: [
      'back',
      'views/conversation/ConversationHeader.tsx <Link>',
      'views/conversation/ConversationHeader.tsx <ArrowLeft>',
      'views/settings/SettingsScreen.tsx <Link>',
      'views/settings/SettingsScreen.tsx <ArrowLeft>',
    ],
    on: 'desktop',
    why: 'both panes are there',
  },
  {
    entries: [
      'rooms.pickTitle',
      'rooms.pickLead',
      'views/Frame.tsx <Route> 3',
      'views/Frame.tsx <EmptyState>',
      'views/Frame.tsx <MessagesSquare>',
    ],
    on: 'phone',
    why: 'the list takes all of the screen',
  },
  {
    entries: [
      '.RoomItem-item[aria-current="page"]',
      '.RoomItem-item[aria-current="page"] .RoomItem-time',
      '.RoomItem-item[aria-current="page"] .RoomItem-preview',
      '.RoomItem-item[aria-current="page"] .RoomItem-preview > em',
    ],
    on: 'phone',
    why: 'what is open takes the place of the list',
  },
  {
    entries: [
      'entrance.assurances.0',
      'entrance.assurances.1',
      'entrance.assurances.2',
      'views/entrance/Entrance.tsx <ul>',
      'views/entrance/Entrance.tsx <li>',
      '.Entrance-welcome > ul',
      '.Entrance-welcome li',
    ],
    on: 'phone',
    why: 'there is room for the promise alone',
  },
  {
    entries: ['room.empty', 'views/conversation/MessageList.tsx <p>', '.MessageList-empty'],
    why: 'each conversation begins with who began it; the words are there in case that is lost',
  },
  {
    entries: ['connection.stopped'],
    why: 'a page that shows the bar has been started, and is never stopped',
  },
  {
    entries: [
      'views/App.tsx <Route> 4',
      'views/App.tsx <Redirect>',
      'views/App.tsx <Route> 6',
      'views/App.tsx <Redirect> 2',
    ],
    why: 'it leads elsewhere at once',
  },
  { entries: ['views/files/AttachButton.tsx <input>'], why: 'the button beside it stands for it' },
  { entries: ['connection.refused'], why: 'no refusal but those that have their own words ends a connection' },
  { entries: ['refusals.not-logged-in'], why: 'it leads to the door, which says so in its own words' },
  { entries: ['refusals.not-as-declared', 'refusals.not-uploaded'], why: 'the notice is that of the other refusals' },
  { entries: ['refusals.out-of-order'], why: 'the outbox alone meets it, and tries again' },
  {
    entries: ['refusals.malformed', 'refusals.too-large', 'refusals.unsupported-version', 'refusals.out-of-turn'],
    why: 'only a page that gets the protocol wrong meets it; the notice is that of the others',
  },
]
