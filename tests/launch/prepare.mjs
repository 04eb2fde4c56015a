// Runs before the tests, on whatever Node the machine has (20 or newer), before any package is there: built-ins only.
import { launch } from '../../node-host/launch/advice.mjs'
import { ensureBuilt } from '../../node-host/launch/built.mjs'
import { ensureInstalled } from '../../node-host/launch/install.mjs'
import { requireRuntime } from '../../node-host/launch/runtime.mjs'
import { ensureDebianPackages } from './debian.mjs'
import { ensureSwift } from './swift.mjs'

await launch(async () => {
  await ensureInstalled('all')
  requireRuntime()
  await ensureDebianPackages()
  await ensureSwift()
  await ensureBuilt()
})
