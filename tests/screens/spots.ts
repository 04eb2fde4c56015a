import type { Page } from 'playwright-core'
import ts from 'typescript'

/** A spot is where an element is written in a view. On a page that was marked, each element says which it is from. */
const MARK = 'data-spot'

type Marked = { readonly code: string; readonly spots: readonly string[] }

/** The same source, in which every element carries its spot: `views/Frame.tsx <main>`, and from the second on a number. */
export function markSpots(file: string, code: string): Marked {
  const tags = tagsIn(ts.createSourceFile(file, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX))
  const times = new Map<string, number>()
  const marks = tags.map(({ name, end }) => {
    const time = (times.get(name) ?? 0) + 1
    times.set(name, time)
    return { end, spot: `${file} <${name}>${time > 1 ? ` ${time}` : ''}` }
  })
  const marked = marks
    .toSorted((a, b) => b.end - a.end)
    .reduce((rest, { end, spot }) => `${rest.slice(0, end)} ${MARK}="${spot}"${rest.slice(end)}`, code)
  return { code: marked, spots: marks.map(({ spot }) => spot) }
}

/** All but fragments, which keep nothing but what is in them. Behind its last attribute, so that none which an element hands down stands in the place of its mark. */
function tagsIn(source: ts.SourceFile): { name: string; end: number }[] {
  const tags: { name: string; end: number }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
      const name = node.tagName.getText(source)
      if (name !== 'Fragment') tags.push({ name, end: node.attributes.end })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return tags
}

/** What React keeps for each element, as far as it is looked at here. */
type Fiber = {
  readonly memoizedProps: unknown
  readonly stateNode: unknown
  readonly child: Fiber | null
  readonly sibling: Fiber | null
}

/** The spots of all that can be seen on a page. That of a component is where the first thing is that it puts there. */
export function spotsOn(page: Page): Promise<string[]> {
  return page.evaluate((mark) => {
    const seen = new Set<string>()
    const root: object = document.getElementById('root') ?? {}
    const [, top] = Object.entries(root).find(([key]) => key.startsWith('__reactContainer')) ?? []

    const spotOf = ({ memoizedProps: props }: Fiber): string[] =>
      typeof props === 'object' && props !== null && mark in props ? [String(props[mark as keyof typeof props])] : []

    const isSeen = (node: Node) => {
      const element = node instanceof Element ? node : node.parentElement
      return element?.checkVisibility({ visibilityProperty: true }) ?? false
    }

    const visit = (fiber: Fiber | null, above: readonly string[]): void => {
      for (let next = fiber; next; next = next.sibling) {
        const spots = [...above, ...spotOf(next)]
        const { stateNode: node } = next
        if (!(node instanceof Node)) visit(next.child, spots)
        else if (isSeen(node)) {
          for (const spot of spots) seen.add(spot)
          visit(next.child, [])
        }
      }
    }

    visit(top?.stateNode.current, [])
    return [...seen]
  }, MARK)
}
