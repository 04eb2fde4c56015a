import { MessagesSquare } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { Route, Switch, useRoute } from 'wouter'
import type { RoomId } from '#protocol/ids.ts'
import { patterns, routes } from '../routes.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ConnectionBar } from './ConnectionBar.tsx'
import { ConversationScreen } from './conversation/ConversationScreen.tsx'
import styles from './Frame.module.css'
import { RoomsPane } from './rooms/RoomsPane.tsx'
import { SettingsScreen } from './settings/SettingsScreen.tsx'
import { useStores } from './stores-context.ts'
import { UnprotectedBar } from './UnprotectedBar.tsx'

/** Two panes; on a phone the one that the address names. */
export const Frame = observer(function Frame() {
  const { t } = useStores().locale
  const [listOnly] = useRoute(routes.home)
  return (
    <div className={styles.frame} data-pane={listOnly ? 'list' : 'detail'}>
      <div className={styles.bars}>
        <UnprotectedBar />
        <ConnectionBar />
      </div>
      <RoomsPane />
      <main className={styles.detail}>
        <Switch>
          <Route path={patterns.settings}>
            <SettingsScreen />
          </Route>
          <Route path={patterns.room}>{({ room }) => <ConversationScreen key={room} id={room as RoomId} />}</Route>
          <Route>
            <EmptyState icon={<MessagesSquare strokeWidth={1} />} title={t.rooms.pickTitle} lead={t.rooms.pickLead} />
          </Route>
        </Switch>
      </main>
    </div>
  )
})
