import { clockContract } from '#tests/contracts/clock.ts'
import { randomContract } from '#tests/contracts/random.ts'
import { scryptContract } from '#tests/contracts/scrypt.ts'
import { probesOnNode } from '#tests/support/probes/node-host.ts'

clockContract('node-host', probesOnNode)
randomContract('node-host', probesOnNode)
scryptContract('node-host', probesOnNode)
