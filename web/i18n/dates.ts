const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const MINUTES_OF_AN_HOUR = 60
const DAYS_OF_A_WEEK = 7

/** Times as people of one locale write them, in the time zone of the device. All instants are ms since 1970. */
export class Dates {
  readonly #clock: Intl.DateTimeFormat
  readonly #weekday: Intl.DateTimeFormat
  readonly #weekdayAndDay: Intl.DateTimeFormat
  readonly #weekdayAndDate: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #date: Intl.DateTimeFormat
  readonly #moment: Intl.DateTimeFormat
  readonly #shortMoment: Intl.DateTimeFormat
  readonly #fromToday: Intl.RelativeTimeFormat
  readonly #seconds: Intl.NumberFormat
  readonly #minutes: Intl.NumberFormat
  readonly #number: Intl.NumberFormat

  constructor(locale: string) {
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
    this.#weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
    this.#weekdayAndDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
    this.#weekdayAndDate = new Intl.DateTimeFormat(locale, { dateStyle: 'full' })
    this.#day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
    this.#date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
    this.#moment = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })
    this.#shortMoment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
    this.#fromToday = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    this.#seconds = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' })
    this.#minutes = new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' })
    this.#number = new Intl.NumberFormat(locale)
  }

  /** 14:05 */
  time(at: number): string {
    return this.#clock.format(at)
  }

  /** Tuesday, 3 November 2026 at 14:05 */
  moment(at: number): string {
    return this.#moment.format(at)
  }

  /** 3 Nov 2026, 14:05 */
  shortMoment(at: number): string {
    return this.#shortMoment.format(at)
  }

  /** A heading over the messages of one day: Today, Yesterday, Tuesday 3 November, then Tuesday, 3 November 2026. */
  day(at: number, now: number): string {
    const days = daysBetween(at, now)
    if (days === 0 || days === 1) return capitalised(this.#fromToday.format(-days, 'day'))
    return sameYear(at, now) ? this.#weekdayAndDay.format(at) : this.#weekdayAndDate.format(at)
  }

  /** As short as can be: 14:05 today, then Tue, then 3 Nov, then 3 Nov 2026. */
  brief(at: number, now: number): string {
    const days = daysBetween(at, now)
    if (days <= 0) return this.#clock.format(at)
    if (days < DAYS_OF_A_WEEK) return this.#weekday.format(at)
    return sameYear(at, now) ? this.#day.format(at) : this.#date.format(at)
  }

  /** 5 minutes ago; 3 hours ago; yesterday; 6 days ago; then 3 Nov. At least one minute. */
  ago(at: number, now: number): string {
    const minutes = Math.max(1, Math.floor((now - at) / MINUTE_MS))
    if (minutes < MINUTES_OF_AN_HOUR) return this.#fromToday.format(-minutes, 'minute')
    const days = daysBetween(at, now)
    if (days === 0) return this.#fromToday.format(-Math.floor(minutes / MINUTES_OF_AN_HOUR), 'hour')
    return days < DAYS_OF_A_WEEK ? this.#fromToday.format(-days, 'day') : this.brief(at, now)
  }

  /** 12 seconds; 3 minutes. Rounded up, so that whoever waits so long has waited long enough. */
  duration(ms: number): string {
    if (ms <= 2 * MINUTE_MS) return this.#seconds.format(Math.ceil(ms / SECOND_MS))
    return this.#minutes.format(Math.ceil(ms / MINUTE_MS))
  }

  number(value: number): string {
    return this.#number.format(value)
  }
}

/** Midnights between two instants, whatever the clocks did in between. */
function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / (24 * 60 * MINUTE_MS))
}

export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear()
}

function capitalised(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
