import type { Entry } from '#durable/ports/storage.ts'
import type { TableRows } from '../stores.ts'

const PAGE_ROWS = 500

/** All rows of a table, page by page, while nobody writes there. */
export async function* pagesOf(rows: Pick<TableRows, 'page'>): AsyncIterable<Entry[]> {
  let page = await rows.page(undefined, PAGE_ROWS)
  while (page.length > 0) {
    yield page
    page = await rows.page(page.at(-1)?.[0], PAGE_ROWS)
  }
}
