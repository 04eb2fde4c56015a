/** Of whoever runs the tests: where suites that can go to a store of theirs find it. */
export const GIVEN_REDIS = 'SNUG_REDIS_URL'

/** What programs of ours are started with: they are told where they keep things, and do not share what was given. */
export function environment(): NodeJS.ProcessEnv {
  const { [GIVEN_REDIS]: _, ...others } = process.env
  return others
}
