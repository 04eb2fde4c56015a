// Who may import whom. The type checker refuses most of this too (references, lib and types of each zone);
// here it is said once, in words, and it also covers npm packages and what an erased type would let through.

const ZONES = {
  protocol: [],
  durable: ['protocol'],
  workers: ['protocol', 'durable'],
  'node-host': ['protocol', 'durable', 'workers'],
  client: ['protocol'],
  web: ['protocol', 'client'],
}

/** The only packages of zones that must run anywhere: on Node, on workerd, in a browser and under a virtual clock. */
const HOST_FREE_PACKAGES = {
  protocol: ['zod'],
  durable: ['zod', '@noble/hashes'],
  client: ['zod', '@noble/hashes', 'nanoevents', 'partysocket'],
}

const UNIT_TEST = '\\.test\\.tsx?$'
/** Programs that install, build and check: they run by themselves and no product code may import them. */
const TOOLS = '^(node-host|tests)/launch/|\\.config\\.ts$'

const anyOf = (names) => `(${names.join('|')})`
const others = (allowed) => Object.keys(ZONES).filter((zone) => !allowed.includes(zone))

const zoneRules = Object.entries(ZONES).map(([zone, allowed]) => ({
  name: `${zone}-knows-only-its-zones`,
  comment: `${zone}/ may import ${allowed.join(', ') || 'no other zone'} (docs/architecture.md)`,
  severity: 'error',
  from: { path: `^${zone}/`, pathNot: `${UNIT_TEST}|${TOOLS}` },
  to: { path: `^${anyOf(others([zone, ...allowed]))}/` },
}))

const hostFreeRules = Object.entries(HOST_FREE_PACKAGES).flatMap(([zone, packages]) => [
  {
    name: `${zone}-is-host-free`,
    comment: `${zone}/ runs on every host: what it needs of one comes through its ports`,
    severity: 'error',
    from: { path: `^${zone}/`, pathNot: UNIT_TEST },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: `${zone}-uses-few-packages`,
    comment: `${zone}/ uses only ${packages.join(', ')}; a package more must run on every host`,
    severity: 'error',
    from: { path: `^${zone}/`, pathNot: UNIT_TEST },
    to: { path: 'node_modules/', pathNot: `node_modules/${anyOf(packages)}/` },
  },
])

module.exports = {
  forbidden: [
    ...zoneRules,
    ...hostFreeRules,
    {
      name: 'edge-is-host-free',
      comment: 'the HTTP edge runs on every host; what is Cloudflare alone lives in workers/cloudflare/',
      severity: 'error',
      from: { path: '^workers/', pathNot: `^workers/cloudflare/|${UNIT_TEST}` },
      to: { path: '^workers/cloudflare/|^cloudflare:' },
    },
    {
      name: 'edge-loads-no-node',
      comment: 'workerd has Node built-ins only by a flag, which is on for scrypt alone',
      severity: 'error',
      from: { path: '^workers/', pathNot: `${UNIT_TEST}|^workers/cloudflare/scrypt\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'hosts-do-not-mix',
      comment: 'node-host shares the edge and the actors with workers/, never the adapters of workerd',
      severity: 'error',
      from: { path: '^node-host/', pathNot: UNIT_TEST },
      to: { path: '^workers/cloudflare/' },
    },
    {
      name: 'ui-knows-no-store',
      comment: 'what ui/ shows comes in as properties, so that it can be used and looked at alone',
      severity: 'error',
      from: { path: '^web/ui/' },
      to: { path: '^web/(stores|views)/|^(client|protocol)/|node_modules/(mobx|mobx-react-lite|localforage)/' },
    },
    {
      name: 'stores-call-no-view',
      comment: 'stores are tested without a browser and know neither React nor what shows them',
      severity: 'error',
      from: { path: '^web/stores/', pathNot: UNIT_TEST },
      to: { path: '^web/(views|ui)/|node_modules/(react|react-dom|mobx-react-lite|wouter)/' },
    },
    {
      name: 'page-loads-no-node',
      comment: 'a browser has no Node built-ins',
      severity: 'error',
      from: { path: '^web/', pathNot: `${UNIT_TEST}|${TOOLS}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-loads-no-test',
      comment: 'what is shipped never needs what tests it',
      severity: 'error',
      from: { path: `^${anyOf(Object.keys(ZONES))}/`, pathNot: UNIT_TEST },
      to: { path: `^(tests|bench)/|${UNIT_TEST}` },
    },
    {
      name: 'product-loads-no-tool',
      comment: 'what installs and builds Snug is not there where only dist/ is',
      severity: 'error',
      from: { path: `^${anyOf(Object.keys(ZONES))}/`, pathNot: `${UNIT_TEST}|${TOOLS}` },
      to: { path: TOOLS },
    },
    {
      name: 'product-needs-no-test-package',
      comment: '`npm start` installs no devDependencies; types are erased before it runs',
      severity: 'error',
      from: { path: `^${anyOf(Object.keys(ZONES))}/`, pathNot: UNIT_TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'launchers-use-built-ins',
      comment: 'they run before anything is installed',
      severity: 'error',
      from: { path: '^(node-host|tests)/launch/.*\\.mjs$' },
      to: { dependencyTypesNot: ['core'], pathNot: '^(node-host|tests)/launch/.*\\.mjs$' },
    },
    {
      name: 'no-cycles',
      comment: 'modules that need each other at run time are one module; types may refer to each other',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'cloudflare:* exists only inside workerd',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^cloudflare:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|\\.wrangler)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
    skipAnalysisNotInRules: true,
  },
}
