import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import type { DeviceView } from '#client/index.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { DevicesStore } from '../../stores/devices-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Spinner } from '../../ui/Spinner.tsx'
import { useStores } from '../stores-context.ts'
import styles from './DevicesPart.module.css'

export const DevicesPart = observer(function DevicesPart() {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [store] = useState(() => stores.devices())
  const isLive = stores.session.connection.status === 'live'
  useEffect(() => {
    if (isLive) void store.load()
  }, [store, isLive])
  const { refusal } = store.revoking
  return (
    <section>
      <h3>{t.settings.devices}</h3>
      <p className={styles.lead}>{t.settings.devicesLead}</p>
      {store.loading.refusal && <Notice look="danger">{t.settings.devicesFailed}</Notice>}
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      {store.devices ? (
        <ul className={styles.list}>
          {store.devices.map((device) => (
            <DeviceItem key={device.device} device={device} store={store} />
          ))}
        </ul>
      ) : (
        isLive && <Spinner />
      )}
    </section>
  )
})

const DeviceItem = observer(function DeviceItem({ device, store }: { device: DeviceView; store: DevicesStore }) {
  const { t, dates } = useStores().locale
  const [asking, setAsking] = useState(false)
  const since = t.settings.since(dates.shortMoment(device.createdAt))
  return (
    <li>
      <div className={styles.device}>
        <p>
          {device.name}
          {device.current && <strong>{t.settings.thisDevice}</strong>}
          <small>{since}</small>
        </p>
        {!device.current && !asking && (
          <Button
            look="quiet-danger"
            size="small"
            aria-label={t.settings.revokeDevice(`${device.name}, ${since}`)}
            onClick={() => setAsking(true)}
          >
            {t.settings.revoke}
          </Button>
        )}
      </div>
      {asking && (
        <Confirm
          yes={t.settings.revoke}
          no={t.cancel}
          busy={store.revoking.busy}
          onYes={() => void store.revoke(device.device)}
          onNo={() => setAsking(false)}
        >
          {t.settings.revokeSure}
        </Confirm>
      )}
    </li>
  )
})
