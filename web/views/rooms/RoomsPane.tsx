import { MessageCirclePlus, Search, Settings } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { routes } from '../../routes.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { LongList } from '../../ui/LongList.tsx'
import { StartDialog } from '../start/StartDialog.tsx'
import { useStores } from '../stores-context.ts'
import { RoomItem } from './RoomItem.tsx'
import styles from './RoomsPane.module.css'

/** All conversations, newest activity first. */
export const RoomsPane = observer(function RoomsPane() {
  const { server, locale, rooms } = useStores()
  const { t } = locale
  const [starting, setStarting] = useState(false)
  const start = useRef<HTMLButtonElement>(null)
  const { turns } = rooms
  useEffect(() => {
    if (turns > 0) start.current?.focus()
  }, [turns])
  return (
    <nav className={styles.pane} aria-label={t.rooms.title}>
      <header className={styles.header}>
        <div className={styles.title}>
          <h1>{t.rooms.title}</h1>
          {server.ownName && <p>{server.ownName}</p>}
        </div>
        <IconButton ref={start} label={t.rooms.new} icon={<MessageCirclePlus />} onClick={() => setStarting(true)} />
        <Link className={styles.settings} href={routes.settings} aria-label={t.settings.title} title={t.settings.title}>
          <Settings aria-hidden />
        </Link>
      </header>
      {rooms.all.length > 0 && <SearchField />}
      <RoomList onStart={() => setStarting(true)} />
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </nav>
  )
})

const SearchField = observer(function SearchField() {
  const { rooms, locale } = useStores()
  return (
    <div className={styles.search}>
      <Search aria-hidden />
      <input
        type="search"
        aria-label={locale.t.rooms.search}
        placeholder={locale.t.rooms.search}
        value={rooms.query}
        onChange={(event) => rooms.search(event.target.value)}
      />
    </div>
  )
})

const RoomList = observer(function RoomList({ onStart }: { onStart: () => void }) {
  const { rooms, session, locale } = useStores()
  const { t } = locale
  if (rooms.all.length === 0 && session.isArriving) {
    return (
      <div className={styles.arriving}>
        <Loading>{t.loading}</Loading>
      </div>
    )
  }
  if (rooms.all.length === 0) {
    const lead = session.me?.role === 'owner' ? t.rooms.noneLeadOwner : t.rooms.noneLead
    return (
      <EmptyState icon={<MessageCirclePlus strokeWidth={1} />} title={t.rooms.noneTitle} lead={lead}>
        <Button onClick={onStart}>{t.rooms.new}</Button>
      </EmptyState>
    )
  }
  if (rooms.found.length === 0) return <p className={styles.none}>{t.rooms.noneFound(rooms.query)}</p>
  return (
    <LongList
      className={styles.list}
      label={t.rooms.title}
      items={rooms.found}
      keyOf={({ id }) => id}
      render={(room) => <RoomItem room={room} />}
    />
  )
})
