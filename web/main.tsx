import { reaction } from 'mobx'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Snug } from '#client/index.ts'
import { deviceName } from './device-name.ts'
import { xhrTransfer } from './files/xhr-transfer.ts'
import { openLocalStore } from './local-store.ts'
import { otherTabs } from './neighbours.ts'
import { browserPreferences } from './preferences.ts'
import { routes } from './routes.ts'
import { Stores } from './stores/stores.ts'
import './styles/tokens.css'
import './styles/base.css'
import { App } from './views/App.tsx'
import { ErrorBoundary } from './views/ErrorBoundary.tsx'
import { StoresContext } from './views/stores-context.ts'

const CLOCK_EVERY_MS = 60_000

async function makeStores(): Promise<Stores> {
  const [store, drafts] = await Promise.all([openLocalStore('client'), openLocalStore('drafts')])
  const client = new Snug({
    url: routes.socket(location),
    store,
    deviceName: deviceName(navigator.userAgent),
    clientName: `web/${__VERSION__}`,
    neighbours: otherTabs('client'),
    transfer: xhrTransfer,
  })
  return new Stores({
    client,
    drafts,
    draftsElsewhere: otherTabs('drafts'),
    preferences: browserPreferences(),
    languages: navigator.languages,
    invitationLink: (code) => routes.invitation(location, code),
    now: Date.now(),
  })
}

/** What the page itself tells the stores: its network, whether anybody looks, what time it is. */
function watchBrowser({ session, attention, clock }: Stores): void {
  const look = () => attention.set(document.visibilityState === 'visible' && document.hasFocus())
  const listen = () => session.setOnline(navigator.onLine)
  for (const event of ['focus', 'blur']) addEventListener(event, look)
  document.addEventListener('visibilitychange', look)
  for (const event of ['online', 'offline']) addEventListener(event, listen)
  setInterval(() => clock.tick(Date.now()), CLOCK_EVERY_MS)
  look()
  listen()
}

/** What the stores tell the page: language, theme, its name, and how much is unread. */
function dressPage({ locale, theme, rooms, server }: Stores): void {
  const root = document.documentElement
  reaction(
    () => locale.lang,
    (lang) => {
      root.lang = lang
    },
    { fireImmediately: true },
  )
  reaction(
    () => theme.theme,
    (choice) => {
      if (choice === 'auto') delete root.dataset.theme
      else root.dataset.theme = choice
    },
    { fireImmediately: true },
  )
  reaction(
    () => (rooms.unread > 0 ? `(${rooms.unread}) ${server.title}` : server.title),
    (title) => {
      document.title = title
    },
    { fireImmediately: true },
  )
}

async function main(): Promise<void> {
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has no root')
  const stores = await makeStores()
  watchBrowser(stores)
  dressPage(stores)
  createRoot(root).render(
    <StrictMode>
      <StoresContext value={stores}>
        <ErrorBoundary>
          <App />
        </ErrorBoundary>
      </StoresContext>
    </StrictMode>,
  )
  await stores.start()
}

void main()
