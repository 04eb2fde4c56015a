import { fileNameSchema } from '#protocol/file.ts'
import { cleanText } from '../stores/message-text.ts'

const UNSAFE = /[/\\\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029]/gu
/** What comes after the last dot and is longer says nothing of the type. */
const MAX_ENDING_CHARACTERS = 16
const MAX_STEM_CHARACTERS = 60
const NO_NAME = '_'

/** A name as every server takes it. Names may be longer, and stranger, on the device they come from. */
export function fileNameOf(name: string): string {
  const plain = cleanText(name).replaceAll(UNSAFE, '_').trim()
  const dot = plain.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, '']
  return shortened([...stem].slice(0, MAX_STEM_CHARACTERS), [...ending].slice(0, MAX_ENDING_CHARACTERS).join(''))
}

/** The limits count bytes and UTF-16 units: how many characters that is depends on the script. */
function shortened(stem: readonly string[], ending: string): string {
  for (let length = stem.length; length > 0; length--) {
    const name = stem.slice(0, length).join('') + ending
    if (fileNameSchema.safeParse(name).success) return name
  }
  return NO_NAME
}
