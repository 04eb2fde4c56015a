import { observer } from 'mobx-react-lite'
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { RoomId } from '#protocol/ids.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { routes } from '../../routes.ts'
import type { MembersStore } from '../../stores/members-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { useFirstWrong } from '../first-wrong.ts'
import { LoadFailure } from '../LoadFailure.tsx'
import { PeopleInput } from '../start/PeopleInput.tsx'
import { useStores } from '../stores-context.ts'
import { useAsking } from '../use-asking.ts'
import { MemberItem } from './MemberItem.tsx'
import styles from './MembersDialog.module.css'

export const MembersDialog = observer(function MembersDialog({ room, onClose }: { room: RoomId; onClose: () => void }) {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [store] = useState(() => stores.members(room))
  useEffect(() => store.watch(), [store])
  const { form, toFirstWrong } = useFirstWrong()
  const content = useRef<HTMLDivElement>(null)
  const { refusal, busy } = store.inviting

  async function add(event: FormEvent) {
    event.preventDefault()
    if (!(await store.add())) toFirstWrong()
  }

  return (
    <Dialog title={t.members.title} closeLabel={t.close} place="side" onClose={onClose}>
      <div ref={content} className={styles.content} tabIndex={-1}>
        <MemberList store={store} landing={content} />
        <form ref={form} className={styles.add} onSubmit={(event) => void add(event)}>
          {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
          <PeopleInput field={store.adding} label={t.members.add} addedByForm />
          <Button type="submit" look="quiet" wide busy={busy || store.adding.finding.busy}>
            {t.start.add}
          </Button>
        </form>
        <LeavePart store={store} />
      </div>
    </Dialog>
  )
})

type ListProps = { store: MembersStore; landing: RefObject<HTMLElement | null> }

const MemberList = observer(function MemberList({ store, landing }: ListProps) {
  const { session, locale } = useStores()
  const { t, dates } = locale
  const { refusal } = store.removing
  if (!store.members) {
    const { loading } = store
    if (!loading.hasFailed && !session.isCutOff) return <Loading>{t.loading}</Loading>
    return <LoadFailure words={t.members.failed} loading={loading} onAgain={() => store.load()} landing={landing} />
  }
  return (
    <div className={styles.people}>
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      <ul aria-label={t.members.title}>
        {store.members.map((member) => (
          <MemberItem key={member.user} member={member} store={store} onRemoved={() => landing.current?.focus()} />
        ))}
      </ul>
    </div>
  )
})

const LeavePart = observer(function LeavePart({ store }: { store: MembersStore }) {
  const { rooms, locale } = useStores()
  const { t, dates } = locale
  const { isAsking, wasDeclined, ask, decline } = useAsking()
  const [, navigate] = useLocation()
  const { refusal, busy } = store.leaving

  async function leave() {
    if (!(await store.leave())) return
    navigate(routes.home)
    rooms.turnTo()
  }

  if (!isAsking) {
    return (
      <Button look="quiet-danger" wide autoFocus={wasDeclined} onClick={ask}>
        {t.members.leave}
      </Button>
    )
  }
  return (
    <>
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      <Confirm yes={t.members.leaveYes} no={t.cancel} busy={busy} onYes={() => void leave()} onNo={decline}>
        {t.members.leaveSure}
      </Confirm>
    </>
  )
})
