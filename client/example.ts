// node_modules/.bin/node client/example.ts http://127.0.0.1:7684/join/… takes the invitation, says hello in a group, and waits for it to be stored.
import { memoryStore, Snug } from './index.ts'

const [origin = '', invitation = ''] = (process.argv[2] ?? '').split('/join/')
const snug = new Snug({ url: `${origin.replace('http', 'ws')}/ws`, store: memoryStore(), deviceName: 'example' })
await snug.start()
await snug.register({ invitation, handle: 'example', name: 'Example', password: 'a long enough password' })
const room = await snug.createGroup('Hello', [])
snug.on('room', ({ records }) => {
  for (const record of records) if (record.kind === 'text') console.log(`${record.seq}: ${record.text}`)
  if (records.some(({ kind }) => kind === 'text')) void snug.stop()
})
await snug.send(room, 'Hello from the SDK')
