import { expect, test } from 'vitest'
import { markSpots } from './spots.ts'

test('each element of a view is marked behind its attributes, and is told apart from others of its name', () => {
  const view = `const A = () => <><p>{a && <B icon={<I />} {...rest} />}</p><p className="x" /><List<Item> /></>`
  const { code, spots } = markSpots('a.tsx', view)
  expect(spots).toEqual(['a.tsx <p>', 'a.tsx <B>', 'a.tsx <I>', 'a.tsx <p> 2', 'a.tsx <List>'])
  expect(code).toBe(
    'const A = () => <><p data-spot="a.tsx <p>">{a && <B icon={<I data-spot="a.tsx <I>" />} {...rest} data-spot="a.tsx <B>" />}</p>' +
      '<p className="x" data-spot="a.tsx <p> 2" /><List<Item> data-spot="a.tsx <List>" /></>',
  )
})
