import type { ComponentProps, Key, ReactNode } from 'react'
import { Virtuoso } from 'react-virtuoso'

type Props<Item> = {
  items: readonly Item[]
  keyOf: (item: Item) => Key
  render: (item: Item) => ReactNode
  label?: string
  className?: string | undefined
}

type Context = { readonly label: string | undefined; readonly count: number }

/** A list that may have hundreds of items: those in sight, and a few more, are in the document. */
export function LongList<Item>({ items, keyOf, render, label, className }: Props<Item>) {
  return (
    <Virtuoso<Item, Context>
      className={className}
      // Its items take the focus; the list itself would take it without a name, and unseen.
      tabIndex={-1}
      data={items}
      context={{ label, count: items.length }}
      computeItemKey={(_, item) => keyOf(item)}
      itemContent={(_, item) => render(item)}
      components={{ List, Item: ListItem }}
    />
  )
}

function List({ context, ...props }: ComponentProps<'ul'> & { context: Context }) {
  return <ul {...props} aria-label={context.label} />
}

/** Whoever hears the list is told how long it is, whatever part of it is there. */
function ListItem({
  context,
  item: _item,
  ...props
}: ComponentProps<'li'> & { context: Context; item: unknown; 'data-index': number }) {
  return <li {...props} aria-posinset={props['data-index'] + 1} aria-setsize={context.count} />
}
