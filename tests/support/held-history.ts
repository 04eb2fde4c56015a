import type { Page, WebSocketRoute } from 'playwright-core'
import { decodeDown } from '#protocol/codec.ts'

/** Stands between a page and its server, and lets each page of history through only when it is told to. */
export class HeldHistory {
  #release = Promise.withResolvers<() => void>()

  /** Of what a page does from its next connection on. */
  static async before(page: Page): Promise<HeldHistory> {
    const history = new HeldHistory()
    await page.routeWebSocket(/\/ws\b/, (socket) => history.#stand(socket))
    return history
  }

  /** Resolves when what is older was asked for and would come now, with what lets it. */
  async asked(): Promise<() => void> {
    const release = await this.#release.promise
    this.#release = Promise.withResolvers()
    return release
  }

  #stand(socket: WebSocketRoute): void {
    const server = socket.connectToServer()
    server.onMessage((frame) => {
      const pass = () => socket.send(frame)
      if (isHistory(String(frame))) this.#release.resolve(pass)
      else pass()
    })
  }
}

function isHistory(frame: string): boolean {
  const decoded = decodeDown(frame)
  return 'ok' in decoded && decoded.ok.some(({ type }) => type === 'page')
}
