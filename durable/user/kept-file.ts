import type { Attachment } from '#protocol/file.ts'
import type { FileId } from '#protocol/ids.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import type { Storage } from '../ports/storage.ts'
import { type FileRow, fileTable } from './file-rows.ts'

/** As a room stores it: what all may know, and where the object is. */
export type KeptFile = Attachment & {
  readonly key: string
  readonly previewAt?: { readonly key: string; readonly type: string }
}

/** The ids under which a message names files and their previews: their owner has chosen each. */
export function namedIds(files: readonly NamedFile[]): FileId[] {
  return files.flatMap(({ file, preview }) => (preview ? [file, preview] : [file]))
}

/** The files that a message is to name, with their previews; undefined where one of them is none that may be named. */
export async function keptRows(
  storage: Storage,
  named: readonly NamedFile[],
): Promise<ReadonlyMap<FileId, FileRow> | undefined> {
  const ids = [...new Set(namedIds(named))]
  const rows = new Map<FileId, FileRow>()
  for (const [i, row] of (await fileTable.getMany(storage, ids)).entries()) {
    const id = ids[i]
    if (id && row?.state === 'kept') rows.set(id, row)
  }
  return rows.size < ids.length ? undefined : rows
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
