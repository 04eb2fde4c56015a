import { clockContract } from '#tests/contracts/clock.ts'
import { randomContract } from '#tests/contracts/random.ts'
import { scryptContract } from '#tests/contracts/scrypt.ts'
import { probesOnWorkerd } from '#tests/support/probes/workerd.ts'

clockContract('Durable Objects', probesOnWorkerd)
randomContract('Durable Objects', probesOnWorkerd)
scryptContract('Durable Objects', probesOnWorkerd)
