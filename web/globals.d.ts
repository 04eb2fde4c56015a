/** The version in package.json, put in by the build. */
declare const __VERSION__: string

/** Not in the types of TypeScript yet, nor in older browsers. */
interface Window {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(from: string): string }
  }
}
