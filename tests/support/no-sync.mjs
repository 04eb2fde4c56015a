import { registerHooks } from 'node:module'

// Loaded before the host (node --import): the same host on a store that never waits for its disk.
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.includes('/dist/node-host/') || !loaded.source) return loaded
    return {
      ...loaded,
      source: String(loaded.source)
        .replaceAll(/\w+\.O_DSYNC/g, '0')
        .replaceAll('file.datasync()', '0'),
    }
  },
})
