import type { Attachment } from '#protocol/file.ts'
import type { Availability } from '../files/availability.ts'
import type { Messages } from './messages.ts'

/** What a message says, in one line: its text, or what its files are called. */
export function saidWords(message: { text: string; files?: readonly Attachment[] | undefined }, t: Messages): string {
  const { text, files = [] } = message
  if (text !== '') return text
  const [first] = files
  return files.length === 1 && first ? first.name : t.files.several(files.length)
}

/** Why a file cannot be had or, where it can, not be seen or heard. */
export type Trouble = Exclude<Availability, 'there'> | 'not shown'

export function troubleWords(trouble: Trouble, { files }: Messages): string {
  switch (trouble) {
    case 'gone':
      return files.gone
    case 'not now':
      return files.missing
    case 'not shown':
      return files.notShown
  }
}

/** What a picture is called that can be opened; what stands in its place is part of that. */
export function openWords({ name }: Attachment, trouble: Trouble | undefined, t: Messages): string {
  const open = t.files.open(name)
  return trouble ? `${open} ${troubleWords(trouble, t)}` : open
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1000

/** 1.2 MB, as people of one locale write it. */
export function sizeWords(bytes: number, locale: string): string {
  return bytesIn(bytes, locale, '')
}

/** 1.2 MB/s */
export function paceWords(bytesPerSecond: number, locale: string): string {
  return bytesIn(bytesPerSecond, locale, '-per-second')
}

function bytesIn(bytes: number, locale: string, per: '' | '-per-second'): string {
  let unit = 0
  let value = bytes
  for (; value >= STEP && unit < UNITS.length - 1; unit++) value /= STEP
  const digits = unit > 0 && value < 10 ? 1 : 0
  const style = {
    style: 'unit',
    unit: `${UNITS[unit] ?? 'byte'}${per}`,
    // There is no short form of a few bytes in English but “3 byte”.
    unitDisplay: unit > 0 ? 'short' : 'long',
    maximumFractionDigits: digits,
  } as const
  return new Intl.NumberFormat(locale, style).format(value)
}
