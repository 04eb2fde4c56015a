/**
 * The commands that all stores of this protocol have in common, Pika among them, in the forms that they take there. A
 * Redis knows more, and would not tell us that we had come to rely on it.
 */
const COMMON: Record<string, (options: readonly string[], parts: number) => boolean> = {
  auth: () => true,
  client: ([kill, type, normal]) => `${kill} ${type} ${normal}` === 'kill type normal',
  config: ([get]) => get === 'get',
  del: () => true,
  get: () => true,
  hdel: () => true,
  hgetall: () => true,
  hmget: () => true,
  hmset: () => true,
  hset: (_options, parts) => parts === 4,
  info: () => true,
  mget: () => true,
  scan: (options, parts) => parts === 6 && options[1] === 'match' && options[3] === 'count',
  select: () => true,
  set: (options, parts) => parts === 3 || ['nx', 'ex'].includes(options[2] ?? ''),
  unlink: () => true,
  zadd: ([, score]) => Number.isFinite(Number(score)),
  zrange: (_options, parts) => parts === 4,
  zrangebylex: (options, parts) => parts === 7 && options[3] === 'limit',
  zrangebyscore: (options, parts) => parts === 7 && options[3] === 'limit',
  zrem: () => true,
}

export function isCommon([name = Buffer.of(), ...options]: readonly Buffer[]): boolean {
  const short = options.slice(0, 8).map((option) => option.toString('latin1', 0, 32).toLowerCase())
  return COMMON[name.toString().toLowerCase()]?.(short, options.length + 1) ?? false
}
