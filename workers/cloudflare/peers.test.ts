import { peersContract } from '#tests/contracts/peers.ts'
import { probesOnWorkerd } from '#tests/support/probes/workerd.ts'

peersContract('Durable Objects', probesOnWorkerd)
