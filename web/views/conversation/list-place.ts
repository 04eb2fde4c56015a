import { type RefObject, useEffect, useRef, useState } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import type { ConversationStore } from '../../stores/conversation-store.ts'

/** The list finds its place by trial: older rows that come in meanwhile, or following the end, would carry it away. */
const SETTLES_WITHIN_MS = 400

export const NEWEST = { index: 'LAST', align: 'end' } as const

/** What a person moves a list with. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Where the list stands: it opens at the first unread message, else at the newest, goes to the newest after sending,
 * and fetches what is older before its start is reached.
 */
export function usePlace(
  conversation: ConversationStore,
  list: RefObject<VirtuosoHandle | null>,
  frame: RefObject<HTMLElement | null>,
) {
  const { sends, firstIndex, isNearStart } = conversation
  const settled = useSettled()
  const [start] = useState(() => startOf(conversation))
  const opened = useRef({ sends, firstIndex })
  const isMoved = useIsMoved(frame)

  useEffect(() => {
    if (sends > opened.current.sends) list.current?.scrollToIndex(NEWEST)
  }, [list, sends])

  // biome-ignore lint/correctness/useExhaustiveDependencies: with a new first row it is a new question
  useEffect(() => {
    if (settled && isNearStart) void conversation.loadOlder()
  }, [conversation, settled, isNearStart, firstIndex])

  // Rows that came in above are only guessed at: whoever has not moved since opening is taken back to the first unread.
  useEffect(() => {
    const added = opened.current.firstIndex - firstIndex
    if (start.index === 'LAST' || added <= 0 || isMoved()) return
    const index = start.index + added
    // The list has moved by its guess when the next frame is drawn.
    const frame = requestAnimationFrame(() => list.current?.scrollToIndex({ index, align: 'start' }))
    return () => cancelAnimationFrame(frame)
  }, [list, start, firstIndex, isMoved])

  return { start, isFollowing: settled || start === NEWEST }
}

function startOf(conversation: ConversationStore) {
  const unread = conversation.firstUnread()
  if (unread === undefined) return NEWEST
  return { index: unread - conversation.firstIndex, align: 'start' } as const
}

/** False while the list still looks for its place. */
function useSettled(): boolean {
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLES_WITHIN_MS)
    return () => clearTimeout(timer)
  }, [])
  return settled
}

/** Whether the person has taken the list into their own hands. */
function useIsMoved(frame: RefObject<HTMLElement | null>): () => boolean {
  const moved = useRef(false)
  const [isMoved] = useState(() => () => moved.current)
  useEffect(() => {
    const { current } = frame
    const move = () => {
      moved.current = true
    }
    for (const event of MOVES) current?.addEventListener(event, move, { passive: true })
    return () => {
      for (const event of MOVES) current?.removeEventListener(event, move)
    }
  }, [frame])
  return isMoved
}
