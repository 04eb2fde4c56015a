import type { Refusal } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/file.ts'
import { PART_BYTES } from '#protocol/limits.ts'
import type { UploadView } from '../model.ts'
import type { SavedFile, SavedUpload } from '../saved.ts'
import type { FileSending } from './sending.ts'

/** A message whose files are on their way, from this tab or another. */
export type Upload = {
  saved: SavedUpload
  /** Bytes that are there, by file. */
  sent: number[]
  /** Bytes that were hashed, while that goes on. */
  hashed: number | undefined
  sending: FileSending | undefined
  isWaiting: boolean
  refusal: Refusal | 'unreadable' | undefined
}

export function uploadOf(row: SavedUpload): Upload {
  return { saved: row, sent: sentOf(row), hashed: undefined, sending: undefined, isWaiting: false, refusal: undefined }
}

/** Bytes of which the device knows that they are there. */
export function sentOf({ files }: SavedUpload): number[] {
  return files.map(({ bytes, reached }) => Math.min(bytes.size, reached * PART_BYTES))
}

export function stop(upload: Upload): void {
  upload.sending?.cancel()
  upload.sending = undefined
}

/** Those that people have chosen: previews are named beside what they are of. */
export function attachmentsOf(files: readonly SavedFile[]): Attachment[] {
  const previews = new Set(files.map(({ preview }) => preview))
  return files
    .filter(({ declaration }) => !previews.has(declaration.file))
    .map(({ declaration: { file, name, type, bytes, size }, preview }) => ({
      ...{ file, name, type, bytes },
      ...(size && { size }),
      ...(preview && { preview }),
    }))
}

export function viewOf({
  saved: { id, text, composedAt, files },
  sent,
  hashed,
  sending,
  refusal,
  ...upload
}: Upload): UploadView {
  const isWaiting = hashed === undefined && (upload.isWaiting || !sending)
  const total = files.reduce((sum, { bytes }) => sum + bytes.size, 0)
  const done = sent.reduce((sum, bytes) => sum + bytes, 0)
  const shown = { id, text, composedAt, files: attachmentsOf(files), sent: done, total, isWaiting }
  return { ...shown, ...(hashed !== undefined && { hashed }), ...(refusal && { refusal }) }
}
