/** What the picture shows: days, times of day in UTC, and who says what. Nobody in it exists. */

/** On whose screen one looks, and when. */
export const VIEWER = 'Maya'
export const NOW = at('Fri', '09:41')
/** When everybody has come. */
export const BEGINNING = at('Mon', '18:00')
/** The conversation that is open; without a title one goes by the other person's name. */
export const OPEN = 'Weekend walk'

/** Typed, and not sent yet. */
export const DRAFT = 'I’ll check the train.'

export type Line = { readonly at: number; readonly by: string; readonly text: string }
export type Room = {
  readonly title?: string
  readonly opener: string
  readonly others: readonly string[]
  readonly lines: readonly Line[]
  /** The viewer has not looked at it yet. */
  readonly unread?: boolean
}

/** In the order in which they take place. */
export const ROOMS: readonly Room[] = [
  {
    opener: 'Theo',
    others: ['Maya'],
    lines: [line('Tue', '18:05', 'Theo', 'Thanks for the bike pump!')],
  },
  {
    title: 'Book club',
    opener: 'Nora',
    others: ['Maya', 'Lena'],
    lines: [line('Wed', '20:31', 'Nora', 'Chapter six by Sunday?')],
  },
  {
    opener: 'Maya',
    others: ['Lena'],
    lines: [line('Thu', '17:12', 'Maya', 'The seeds are yours')],
  },
  {
    title: OPEN,
    opener: 'Maya',
    others: ['Jon', 'Lena'],
    lines: [
      line(
        'Thu',
        '19:48',
        'Maya',
        'Shall we take the ridge path on Saturday? Sun from early morning on, and hardly any wind.',
      ),
      line('Thu', '20:06', 'Jon', 'Yes! I can bring the stove.'),
      line('Thu', '20:09', 'Maya', 'Then there is soup at the top.'),
      line('Fri', '08:31', 'Lena', 'I am in. Here is the map: https://maps.example.org/ridge'),
      line('Fri', '08:32', 'Lena', 'Meet at nine by the old mill?'),
      line('Fri', '08:47', 'Maya', 'Nine it is.\nI will bring bread and cheese.'),
      line('Fri', '08:52', 'Jon', 'And I’ll make coffee.'),
    ],
  },
  {
    opener: 'Jon',
    others: ['Maya'],
    lines: [line('Fri', '09:36', 'Jon', 'Is my thermos with you?')],
    unread: true,
  },
]

function line(day: string, time: string, by: string, text: string): Line {
  return { at: at(day, time), by, text }
}

/** In a week of June, which as a date is never shown. */
function at(day: string, time: string): number {
  const date = 8 + ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'].indexOf(day)
  return Date.parse(`2026-06-${String(date).padStart(2, '0')}T${time}:00Z`)
}
