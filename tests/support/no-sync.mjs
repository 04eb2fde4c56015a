import { registerHooks } from 'node:module'

// Loaded before the host (node --import): the same host on a store that never waits for its disk.
const SYNCS = [
  [/\w+\.O_DSYNC/g, '0'],
  [/this\.#file\.datasync\(\)/g, 'undefined'],
  [/overlappingSync: false/g, 'noSync: true'],
]

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.includes('/node-host/') || !loaded.source) return loaded
    return { ...loaded, source: SYNCS.reduce((text, [sync, none]) => text.replace(sync, none), String(loaded.source)) }
  },
})
