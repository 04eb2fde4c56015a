/** The objects under the names that wrangler.toml gives them; a test compares the two. */
export const OBJECTS = {
  GATEWAY: 'GatewayObject',
  USER: 'UserObject',
  ROOM: 'RoomObject',
  DIRECTORY: 'DirectoryObject',
  HASHER: 'HasherObject',
} as const

/** The key is part of every object's id, and names the folder of its class, here as under wrangler: it may never change. */
const keyOf = (type: string) => `snug-${type}`
export const CLASS_FOLDERS: readonly string[] = Object.values(OBJECTS).map(keyOf)

export const COMPATIBILITY_DATE = '2026-11-01'

export type Paths = {
  /** The bundled Worker. */
  readonly worker: string
  /** The folder of the built page. */
  readonly page: string
  /** The folder in which each class of objects gets one, and in it each object its SQLite. */
  readonly objects: string
}

const NOWHERE = '(allow = [])'
const ANYWHERE = '(allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))'

/**
 * What workerd is told, as Cap'n Proto text. Values of variables come from its environment: the file holds no secret. The
 * socket is named on the command line. Of the network outside nothing can be asked, unless files lie there.
 */
export function workerdConfig({ worker, page, objects }: Paths, variables: readonly string[]): string {
  const outside = variables.includes('SNUG_S3_URL') ? ANYWHERE : NOWHERE
  const bindings = [
    ...Object.entries(OBJECTS).map(([name, type]) => `(name = "${name}", durableObjectNamespace = "${type}")`),
    '(name = "ASSETS", service = "page")',
    ...variables.map((name) => `(name = "${name}", fromEnvironment = "${name}")`),
  ]
  const classes = Object.values(OBJECTS).map(
    (type) => `(className = "${type}", uniqueKey = "${keyOf(type)}", enableSql = true)`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "snug", worker = .snug),
    (name = "page", disk = (path = ${quote(page)})),
    (name = "objects", disk = (path = ${quote(objects)}, writable = true)),
    (name = "outside", network = ${outside}),
  ],
  sockets = [(name = "http", http = (), service = "snug")],
);

const snug :Workerd.Worker = (
  modules = [(name = "snug.js", esModule = embed ${quote(worker)})],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  bindings = [
    ${bindings.join(',\n    ')},
  ],
  durableObjectNamespaces = [
    ${classes.join(',\n    ')},
  ],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "outside",
);
`
}

/** Cap'n Proto escapes strings as C does; so does JSON, for what may stand in a path. */
function quote(path: string): string {
  return JSON.stringify(path)
}
