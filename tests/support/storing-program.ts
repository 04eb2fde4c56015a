import { Store } from '#node-host/store/store.ts'
import { storeRows } from './stored-rows.ts'

/** Stores rows in a folder and ends: in good order, or as if it had been killed. */
const [folder = '', how, first, end] = process.argv.slice(2)
const store = await Store.open(folder)
await storeRows(store, Number(first), Number(end))
if (how === 'orderly') await store.close()
process.kill(process.pid, 'SIGKILL')
