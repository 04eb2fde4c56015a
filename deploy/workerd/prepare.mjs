// Runs before `npm run edge`, on whatever Node the machine has: as node-host/launch/prepare.mjs, with wrangler and workerd.
import { launch } from '../../node-host/launch/advice.mjs'
import { ensureBuilt } from '../../node-host/launch/built.mjs'
import { ensureInstalled } from '../../node-host/launch/install.mjs'
import { requireRuntime } from '../../node-host/launch/runtime.mjs'

await launch(async () => {
  await ensureInstalled('all')
  requireRuntime()
  await ensureBuilt()
})
