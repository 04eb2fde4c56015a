/** What a page of a document holds: words below a bar, a picture as scanners make it, or nothing that can be read. */
export type PdfPage = { readonly lines: readonly string[]; readonly turned?: number } | 'scan' | 'damaged'

const A5 = '[0 0 420 595]'
/** Faces are not in it: one that all readers have, and one of those that Chinese documents name. */
const FACES = [
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>',
  `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light
    /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 6 0 R >>`,
  `<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]
    /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>`,
]
const FIRST_PAGE = 3 + FACES.length
/** Itself, what is drawn on it, and a picture. */
const OF_PAGE = 3

/** A document as programs write them. `locked`: it says that one needs a password, which nobody has. */
export function pdf(pages: readonly PdfPage[], { locked = false } = {}): Buffer {
  const kids = pages.map((_, i) => `${FIRST_PAGE + OF_PAGE * i} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox ${A5} >>`,
    ...FACES,
    ...pages.flatMap((page, i) => pageOf(page, FIRST_PAGE + OF_PAGE * i)),
  ]
  return written(objects, locked ? LOCK : '')
}

const LOCK = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'11'.repeat(32)}> /U <${'22'.repeat(32)}> >>
  /ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>]`

/** It has this number, and what it refers to the next ones. */
function pageOf(page: PdfPage, number: number): string[] {
  if (page === 'damaged') return ['<< /Type /Pages /Kids 0 /Count 1 >>', 'null', 'null']
  const turned = page !== 'scan' && page.turned !== undefined ? page.turned : 0
  return [
    `<< /Type /Page /Parent 2 0 R /Rotate ${turned} /Contents ${number + 1} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >>
      /XObject << /Scan ${number + 2} 0 R >> >> >>`,
    streamOf('', page === 'scan' ? '420 0 0 595 0 0 cm /Scan Do' : drawn(page.lines)),
    SCAN,
  ]
}

/** A bar across the page, and the lines below it. */
function drawn(lines: readonly string[]): string {
  const words = lines.map((line) => `${wordsOf(line)} Tj T*`).join('\n')
  return `0.12 0.37 0.31 rg 40 500 340 40 re f\n0 g BT 28 TL 40 450 Td\n${words}\nET`
}

function wordsOf(line: string): string {
  if (/^[ -~]*$/.test(line)) return `/F1 22 Tf (${line.replaceAll(/[()\\]/g, '\\$&')})`
  return `/F2 22 Tf <${Buffer.from(line, 'utf16le').swap16().toString('hex')}>`
}

/** Black from edge to edge, of eight lines by Group 4 of the fax: each says in one bit that it is as the one before. */
const SCAN = streamOf(
  `/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 1 /ColorSpace /DeviceGray /Decode [1 0]
    /Filter [/ASCIIHexDecode /CCITTFaxDecode] /DecodeParms [null << /K -1 /Columns 8 /Rows 8 >>]`,
  'ff001001>',
)

function streamOf(entries: string, content: string): string {
  return `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`
}

/** Objects numbered from 1, with the table of where each begins. */
function written(objects: readonly string[], entries: string): Buffer {
  let file = '%PDF-1.7\n'
  const places = objects.map((object, i) => {
    const place = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${String(place).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${entries} >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file + table + trailer, 'latin1')
}
