import type { Attachment } from '#protocol/file.ts'
import type { FileId } from '#protocol/ids.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import type { FileRow } from './file-rows.ts'

/** As a room stores it: what all may know, and where the object is. */
export type KeptFile = Attachment & {
  readonly key: string
  readonly previewAt?: { readonly key: string; readonly type: string }
}

export function keptFile({ file, preview }: NamedFile, rows: ReadonlyMap<FileId, FileRow>): KeptFile | undefined {
  const row = rows.get(file)
  const previewRow = preview && rows.get(preview)
  if (!row) return undefined
  const { name, type, bytes, size } = row.declaration
  return {
    ...{ file, name, type, bytes, key: row.key },
    ...(size && { size }),
    ...(preview && previewRow && { preview, previewAt: { key: previewRow.key, type: previewRow.declaration.type } }),
  }
}
