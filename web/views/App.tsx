import { observer } from 'mobx-react-lite'
import { Redirect, Route, Switch } from 'wouter'
import { patterns, routes } from '../routes.ts'
import { readInvitation } from '../stores/join-form.ts'
import { AlreadyIn } from './entrance/AlreadyIn.tsx'
import { CutInvitation } from './entrance/CutInvitation.tsx'
import { JoinScreen } from './entrance/JoinScreen.tsx'
import { LogInScreen } from './entrance/LogInScreen.tsx'
import { Frame } from './Frame.tsx'
import { Splash } from './Splash.tsx'
import { useStores } from './stores-context.ts'

export const App = observer(function App() {
  const { session } = useStores()
  switch (session.account.status) {
    case 'loading':
      return <Splash />
    case 'logged-out':
      return (
        <Switch>
          <Route path={patterns.join}>{({ code = '' }) => <Invited code={code} />}</Route>
          <Route path={patterns.logIn}>
            <LogInScreen />
          </Route>
          {/* The address stays: whoever logs in is where the link leads. */}
          <Route path={patterns.room}>
            <LogInScreen />
          </Route>
          <Route>
            <Redirect to={routes.logIn} replace />
          </Route>
        </Switch>
      )
    case 'logged-in':
      return (
        <Switch>
          <Route path={patterns.join}>
            <AlreadyIn />
          </Route>
          <Route path={patterns.logIn}>
            <Redirect to={routes.home} replace />
          </Route>
          <Route>
            <Frame />
          </Route>
        </Switch>
      )
  }
})

function Invited({ code }: { code: string }) {
  const invitation = readInvitation(code)
  return invitation === undefined ? <CutInvitation /> : <JoinScreen key={invitation} invitation={invitation} />
}
