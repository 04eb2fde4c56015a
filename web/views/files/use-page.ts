import { useEffect, useState } from 'react'
import type { Pdf } from '../../files/pdf/pdf.ts'
import type { PdfPage } from '../../files/pdf/pdf-page.ts'
import type { PdfStore } from '../../stores/pdf-store.ts'

/** Undefined while it is not there. */
export function usePage(store: PdfStore, pdf: Pdf, number: number): PdfPage | undefined {
  const [page, setPage] = useState<PdfPage>()
  useEffect(() => {
    let isWanted = true
    void store.fetchPage(pdf, number).then((found) => isWanted && setPage(found))
    return () => {
      isWanted = false
    }
  }, [store, pdf, number])
  return page
}
