/** The zones and whom each may import. */
export const ZONES: Record<string, readonly string[]> = {
  protocol: [],
  durable: ['protocol'],
  workers: ['protocol', 'durable'],
  'node-host': ['protocol', 'durable', 'workers'],
  client: ['protocol'],
  web: ['protocol', 'client'],
}

/** What stands at the top of the project beside the zones. */
export const OTHER_FOLDERS = ['tests', 'bench', 'deploy', 'docs', '.ci']

export const ZONE_NAMES = Object.keys(ZONES)
