import { Fragment } from 'react'
import { splitLinks } from './links.ts'

/** A text whose web addresses can be followed. */
export function LinkedText({ text }: { text: string }) {
  let at = 0
  return splitLinks(text).map((part) => {
    const key = at
    at += part.text.length
    if (part.kind === 'text') return <Fragment key={key}>{part.text}</Fragment>
    return (
      <a key={key} href={part.text} target="_blank" rel="noopener noreferrer nofollow">
        {part.text}
      </a>
    )
  })
}
