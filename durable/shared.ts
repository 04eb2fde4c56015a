/** Work that is done once for all who ask for it while it is done, by its name. */
export class Shared<T> {
  readonly #running = new Map<string, Promise<T>>()

  share(name: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(name)
    if (running !== undefined) return running
    const begun = work().finally(() => this.#running.delete(name))
    this.#running.set(name, begun)
    return begun
  }
}
