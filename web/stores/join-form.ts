import { makeAutoObservable } from 'mobx'
import { invitationCodeSchema, passwordSchema } from '#protocol/fields.ts'
import { MIN_PASSWORD_LENGTH } from '#protocol/limits.ts'
import { cleanHandle, isHandle } from './handles.ts'
import { type NameFault, nameFault } from './name-fault.ts'
import type { SessionStore } from './session-store.ts'

/** An invitation code as links carry it, with whatever a message has put behind it. */
const CODE = /^[\w-]+/

/** The code of an invitation link; undefined when a part of it is missing, or letters were changed. */
export function readInvitation(code: string): string | undefined {
  const parsed = invitationCodeSchema.safeParse(CODE.exec(code)?.[0])
  return parsed.success ? parsed.data : undefined
}

/** What somebody fills in who was invited. A field is called wrong only after the form was sent once. */
export class JoinForm {
  name = ''
  handle = ''
  password = ''
  private tried = false
  readonly #session: Pick<SessionStore, 'register' | 'entering'>
  readonly #invitation: string

  constructor(session: Pick<SessionStore, 'register' | 'entering'>, invitation: string) {
    this.#session = session
    this.#invitation = invitation
    makeAutoObservable(this)
  }

  get nameWrong(): NameFault | undefined {
    return this.tried ? nameFault(this.name.trim()) : undefined
  }

  get handleWrong(): boolean {
    return this.tried && !isHandle(cleanHandle(this.handle))
  }

  get passwordWrong(): 'short' | 'long' | undefined {
    if (!this.tried) return undefined
    if (this.password.length < MIN_PASSWORD_LENGTH) return 'short'
    return passwordSchema.safeParse(this.password).success ? undefined : 'long'
  }

  setName(name: string): void {
    this.name = name
  }

  setHandle(handle: string): void {
    this.handle = handle
    this.#session.entering.forget()
  }

  setPassword(password: string): void {
    this.password = password
    this.#session.entering.forget()
  }

  /** Whether the account was made. */
  async submit(): Promise<boolean> {
    this.tried = true
    if (this.nameWrong || this.handleWrong || this.passwordWrong) return false
    const { name, handle, password } = this
    return this.#session.register({
      invitation: this.#invitation,
      handle: cleanHandle(handle),
      name: name.trim(),
      password,
    })
  }
}
