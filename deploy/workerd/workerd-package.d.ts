/** The package comes without types. Node hands a CommonJS package over whole: what it calls its default is in it. */
declare module 'workerd' {
  const workerd: {
    /** The path of the program. */
    readonly default: string
  }
  export = workerd
}
