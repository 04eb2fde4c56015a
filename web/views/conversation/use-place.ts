import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { chunkAt, partOf } from './Chunk.tsx'
import { ListPlace } from './list-place.ts'

/** Chunks on either side of where a list opens that are there from the beginning. */
const THERE_AT_ONCE = 2

/**
 * Keeps the place of a list: it opens at the first unread message, else at the newest, goes to the newest after
 * sending and to what somebody points at, and fetches what is older before its start is reached.
 */
export function usePlace(
  conversation: ConversationStore,
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
) {
  const { sends, firstIndex, isNearStart, rows, pointer } = conversation
  const place = useRef<ListPlace>(undefined)
  const sentBefore = useRef(sends)
  const pointedBefore = useRef(pointer.times)
  const [opening] = useState(() => openingOf(conversation))
  const hold = () => place.current?.hold()

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return
    place.current = new ListPlace(scroller.current, conversation, opening.part)
    const observer = new ResizeObserver(() => place.current?.hold())
    for (const element of [scroller.current, content.current]) observer.observe(element)
    return () => observer.disconnect()
  }, [conversation, opening, scroller, content])

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are another list
  useLayoutEffect(hold, [rows])

  useEffect(() => {
    if (sends > sentBefore.current) place.current?.toNewest()
    sentBefore.current = sends
  }, [sends])

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time somebody points, and then only
  useEffect(() => {
    const part = rows[pointer.seq - firstIndex]?.key
    if (pointer.times > pointedBefore.current && part !== undefined)
      place.current?.toPart(part, partOf(chunkAt(pointer.seq)))
    pointedBefore.current = pointer.times
  }, [pointer.times])

  // biome-ignore lint/correctness/useExhaustiveDependencies: with a new first row it is a new question
  useEffect(() => {
    if (isNearStart) void conversation.loadOlder()
  }, [conversation, isNearStart, firstIndex])

  return {
    hold,
    toNewest: () => place.current?.toNewest(),
    scrolled: () => place.current?.scrolled(),
    beginsThere: opening.beginsThere,
  }
}

/** Where a list opens, and which of its chunks are there then: those that come later are there when they come. */
function openingOf(conversation: ConversationStore) {
  const { firstIndex, rows } = conversation
  const unread = conversation.firstUnread()
  const part = unread === undefined ? undefined : rows[unread - firstIndex]?.key
  const last = firstIndex + rows.length - 1
  const at = chunkAt(unread ?? last)
  const beginsThere = (chunk: number) =>
    chunk < chunkAt(firstIndex) || chunk > chunkAt(last) || Math.abs(chunk - at) <= THERE_AT_ONCE
  return { part, beginsThere }
}
