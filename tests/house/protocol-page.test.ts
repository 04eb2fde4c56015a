import { expect, test } from 'vitest'
import { downSchema } from '#protocol/down.ts'
import { closeCodes } from '#protocol/errors.ts'
import { upSchema } from '#protocol/up.ts'
import { read } from './files.ts'

const page = read('docs/protocol.md')

test('docs/protocol.md lists every event and every close code', () => {
  const types = [...upSchema.def.options, ...downSchema.def.options].map(
    (option) => option.def.shape.type.def.values[0],
  )
  expect(types.filter((type) => !page.includes(`[\`${type}\`]`))).toEqual([])
  expect(Object.values(closeCodes).filter((code) => !page.includes(`| ${code} |`))).toEqual([])
})
