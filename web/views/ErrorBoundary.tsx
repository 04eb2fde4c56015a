import { Component, type ReactNode } from 'react'
import { Broken } from './Broken.tsx'

type Props = { children: ReactNode }
type State = { broken: boolean }

/** A fault in what is shown must not leave an empty page. React itself writes the error to the console. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { broken: false }

  static getDerivedStateFromError(): State {
    return { broken: true }
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children
  }
}
