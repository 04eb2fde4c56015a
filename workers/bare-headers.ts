/** What goes with an answer that is no page: nothing in it is ever run, framed, or taken for something else. */
export const BARE_HEADERS = {
  'content-type': 'text/plain; charset=UTF-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const
