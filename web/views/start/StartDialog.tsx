import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { RoomId } from '#protocol/ids.ts'
import { routes } from '../../routes.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Segments } from '../../ui/Segments.tsx'
import { useStores } from '../stores-context.ts'
import { typesOnScreen } from '../touch.ts'
import { DirectPart } from './DirectPart.tsx'
import { GroupPart } from './GroupPart.tsx'
import { InvitePart } from './InvitePart.tsx'
import styles from './StartDialog.module.css'

export type StartKind = 'direct' | 'group' | 'invite'

type Props = { begin?: StartKind; onClose: () => void }

/** Everything that begins with other people. Only the owner of the server can invite to it. */
export const StartDialog = observer(function StartDialog({ begin = 'direct', onClose }: Props) {
  const stores = useStores()
  const { session, locale } = stores
  const { t } = locale
  const [kind, setKind] = useState<StartKind>(begin)
  const [, navigate] = useLocation()
  const parts = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!typesOnScreen()) parts.current?.querySelector<HTMLElement>('input:not([type=radio])')?.focus()
  }, [])
  const kinds: readonly StartKind[] = session.me?.role === 'owner' ? ['direct', 'group', 'invite'] : ['direct', 'group']

  function open(room: RoomId) {
    onClose()
    navigate(routes.room(room))
    stores.conversation(room).turnTo()
  }

  return (
    <Dialog title={t.start.title} closeLabel={t.close} onClose={onClose}>
      <div ref={parts} className={styles.parts}>
        <Segments
          label={t.start.kind}
          labelShown={false}
          value={kind}
          options={kinds.map((value) => ({ value, label: t.start[value] }))}
          onChange={setKind}
        />
        {kind === 'direct' && <DirectPart onOpened={open} />}
        {kind === 'group' && <GroupPart onOpened={open} />}
        {kind === 'invite' && <InvitePart />}
      </div>
    </Dialog>
  )
})
