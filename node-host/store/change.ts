import type { Change } from './group-commit.ts'

/** Rows to put, or to delete where there is no value; and the alarm that goes with them, unless it stays as it is. */
export type RowsChange = Change & {
  readonly rows: readonly { readonly key: Buffer; readonly value: Uint8Array | undefined }[]
  readonly alarm?: { readonly actor: string; readonly at: number | null }
}
