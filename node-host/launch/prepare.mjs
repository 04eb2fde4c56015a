// Runs before `npm start`, on whatever Node the machine has (20 or newer), before any package is there: built-ins only.
import { launch } from './advice.mjs'
import { ensureBuilt } from './built.mjs'
import { ensureInstalled } from './install.mjs'
import { requireRuntime } from './runtime.mjs'

await launch(async () => {
  await ensureInstalled('production')
  requireRuntime()
  await ensureBuilt()
})
