/**
 * What the tests need beside npm packages, in the names of Debian.
 *
 * @typedef {{ package: string, commands: readonly string[], reason: string }} DebianPackage
 * @type {readonly DebianPackage[]} `commands`: any one of them, found in PATH, will do
 */
export const DEBIAN_PACKAGES = [
  {
    package: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    reason: 'the end-to-end tests drive real browsers',
  },
  {
    package: 'strace',
    commands: ['strace'],
    reason: 'a trace of system calls shows that nothing is acknowledged before it is on the disk',
  },
]
