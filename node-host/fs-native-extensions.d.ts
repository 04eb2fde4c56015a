/** The package ships no types; only what is used here is declared. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock of the kernel on an open file, or answers false when another process has it. */
  export function tryLock(fd: number): boolean
}
