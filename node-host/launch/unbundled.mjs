/** They load binaries from beside their own files. The rest is bundled: a start is 40 ms faster and takes 8 MB less. */
export const UNBUNDLED = ['lmdb', 'fs-native-extensions']
