import { type Browser, chromium } from 'playwright-core'
import { BROWSERS, findCommand } from '../launch/commands.mjs'

const CHROMIUM = process.env.CHROMIUM_PATH ?? findCommand(BROWSERS) ?? '/usr/bin/chromium'

/** A name that leads here and that browsers do not take for this machine, as they do with localhost. */
export const MAPPED_NAME = 'snug.test'

/** Chromium asks its makers for this and that at every start unless it is told not to. */
const ARGUMENTS = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  `--host-resolver-rules=MAP ${MAPPED_NAME} 127.0.0.1`,
]

export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...args] })
}
