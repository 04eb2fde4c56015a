import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import type { DeviceView } from '#client/index.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { DevicesStore } from '../../stores/devices-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { LoadFailure } from '../LoadFailure.tsx'
import { useStores } from '../stores-context.ts'
import { useAsking } from '../use-asking.ts'
import styles from './DevicesPart.module.css'

export const DevicesPart = observer(function DevicesPart() {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [store] = useState(() => stores.devices())
  const title = useRef<HTMLHeadingElement>(null)
  const isLive = stores.session.connection.status === 'live'
  useEffect(() => {
    if (isLive) void store.load()
  }, [store, isLive])
  const { refusal } = store.revoking
  const hasFailed = store.loading.hasFailed || (!store.devices && stores.session.isCutOff)
  return (
    <section>
      <h3 ref={title} tabIndex={-1}>
        {t.settings.devices}
      </h3>
      <p className={styles.lead}>{t.settings.devicesLead}</p>
      {hasFailed && (
        <LoadFailure
          words={t.settings.devicesFailed}
          loading={store.loading}
          onAgain={() => store.load()}
          landing={title}
        />
      )}
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      {store.devices ? (
        <ul className={styles.list}>
          {store.devices.map((device) => (
            <DeviceItem key={device.device} device={device} store={store} onRevoked={() => title.current?.focus()} />
          ))}
        </ul>
      ) : (
        !hasFailed && <Loading>{t.loading}</Loading>
      )}
    </section>
  )
})

type ItemProps = { device: DeviceView; store: DevicesStore; onRevoked: () => void }

const DeviceItem = observer(function DeviceItem({ device, store, onRevoked }: ItemProps) {
  const { t, dates } = useStores().locale
  const { isAsking, wasDeclined, ask, decline } = useAsking()
  const since = t.settings.since(dates.shortMoment(device.createdAt))
  async function revoke() {
    if (await store.revoke(device.device)) onRevoked()
  }

  return (
    <li>
      <div className={styles.device}>
        <p>
          {device.name}
          {device.current && <strong>{t.settings.thisDevice}</strong>}
          <small>{since}</small>
        </p>
        {!device.current && !isAsking && (
          <Button
            look="quiet-danger"
            size="small"
            aria-label={t.settings.revokeDevice(`${device.name}, ${since}`)}
            autoFocus={wasDeclined}
            onClick={ask}
          >
            {t.settings.revoke}
          </Button>
        )}
      </div>
      {isAsking && (
        <Confirm
          yes={t.settings.revoke}
          no={t.cancel}
          busy={store.revoking.busy}
          onYes={() => void revoke()}
          onNo={decline}
        >
          {t.settings.revokeSure}
        </Confirm>
      )}
    </li>
  )
})
