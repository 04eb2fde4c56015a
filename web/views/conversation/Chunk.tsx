import { observer } from 'mobx-react-lite'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { TimelineRow } from '../../stores/timeline-rows.ts'
import { Row } from './Row.tsx'

/** Rows that come and go together. */
const CHUNK_ROWS = 32
/** A message of one line. */
const USUAL_ROW_PX = 44
/** Chunks are there before they are seen, also in front of a wheel that turns fast. */
const THERE_WITHIN_PX = 2_000

type Props = {
  id: number
  /** The index of its first row. */
  index: number
  rows: readonly TimelineRow[]
  beginsThere: boolean
  conversation: ConversationStore
  /** Its height may be another one. */
  onLayout: () => void
}

/** Some rows that follow each other; far from what is seen, an empty place of the height they have. */
export const Chunk = observer(function Chunk({ id, index, rows, beginsThere, conversation, onLayout }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [isThere, setIsThere] = useState(beginsThere)
  const [height, setHeight] = useState(rows.length * USUAL_ROW_PX)
  useEffect(() => {
    const { current } = place
    if (!current) return
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1)
        if (!entry) return
        setHeight(entry.boundingClientRect.height)
        setIsThere(entry.isIntersecting)
      },
      { root: current.closest('section'), rootMargin: `${THERE_WITHIN_PX}px 0px` },
    )
    observer.observe(current)
    return () => observer.disconnect()
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: that it is there is what changes the height
  useLayoutEffect(onLayout, [isThere])

  return (
    <div ref={place} data-part={partOf(id)} style={isThere ? undefined : { height }}>
      {isThere &&
        rows.map((row, i) => (
          <div key={row.key} data-part={row.key} data-index={index + i}>
            <Row row={row} conversation={conversation} />
          </div>
        ))}
    </div>
  )
})

/** Rows by the chunk they belong to: which one that is depends on their index alone, so that older rows change none. */
export function chunksOf(rows: readonly TimelineRow[], firstIndex: number) {
  const chunks: { id: number; index: number; rows: TimelineRow[] }[] = []
  for (const [i, row] of rows.entries()) {
    const index = firstIndex + i
    const id = chunkAt(index)
    if (chunks.at(-1)?.id !== id) chunks.push({ id, index, rows: [] })
    chunks.at(-1)?.rows.push(row)
  }
  return chunks
}

export function partOf(chunk: number): string {
  return `chunk/${chunk}`
}

export function chunkAt(index: number): number {
  return Math.floor(index / CHUNK_ROWS)
}
