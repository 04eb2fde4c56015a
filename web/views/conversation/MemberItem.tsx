import { observer } from 'mobx-react-lite'
import type { MembersStore, MemberView } from '../../stores/members-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useStores } from '../stores-context.ts'
import { useAsking } from '../use-asking.ts'
import styles from './MemberItem.module.css'

type Props = { member: MemberView; store: MembersStore; onRemoved: () => void }

/** Somebody in a group; its owner can remove the others. */
export const MemberItem = observer(function MemberItem({ member: { user, role }, store, onRemoved }: Props) {
  const { profiles, session, locale } = useStores()
  const { t } = locale
  const { isAsking, wasDeclined, ask, decline } = useAsking()
  const profile = profiles.of(user)
  const name = profile?.name ?? t.somebody

  async function remove() {
    if (await store.remove(user)) onRemoved()
  }

  function stay() {
    store.removing.forget()
    decline()
  }

  return (
    <li className={styles.item}>
      <div className={styles.member}>
        <Avatar id={user} name={profile?.name} size="small" />
        <span className={styles.name}>
          {name}
          {user === session.me?.user && ` (${t.you})`}
          <small>{profile && t.at(profile.handle)}</small>
        </span>
        {role === 'owner' && <span className={styles.role}>{t.members.owner}</span>}
        {store.canRemove(user) && !isAsking && (
          <Button
            look="quiet-danger"
            size="small"
            aria-label={t.members.removeLabel(name)}
            autoFocus={wasDeclined}
            onClick={ask}
          >
            {t.members.remove}
          </Button>
        )}
      </div>
      {isAsking && (
        <Confirm
          yes={t.members.remove}
          no={t.cancel}
          busy={store.removing.busy}
          onYes={() => void remove()}
          onNo={stay}
        >
          {t.members.removeSure(name)}
        </Confirm>
      )}
    </li>
  )
})
