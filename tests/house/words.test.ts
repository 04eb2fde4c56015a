import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { programOf } from './compile.ts'
import { read } from './files.ts'

const CATALOGUE = 'web/i18n/en.ts'

/** Why: words that nobody is shown are translated all the same, and hide that a sentence was lost. */
describe('the words of the page', () => {
  test('each is said somewhere', () => {
    expect(unsaid(programOf('web'))).toEqual([])
  })

  test('one that is said nowhere is found', () => {
    const text = read(CATALOGUE).replace(
      '  room: {',
      "  neverSaid: 'Never',\n  room: {\n    neverEither: () => 'Never',",
    )
    expect(unsaid(programOf('web', { [CATALOGUE]: text }))).toEqual(['neverSaid', 'neverEither'])
  })
})

/** The words of the catalogue that no file of the program names. */
function unsaid(program: ts.Program): string[] {
  const checker = program.getTypeChecker()
  const catalogue = program.getSourceFiles().find(({ fileName }) => fileName.endsWith(CATALOGUE))
  const said = new Set<ts.Node>()
  const visit = (node: ts.Node): void => {
    for (const symbol of named(node, checker)) for (const place of symbol.declarations ?? []) said.add(place)
    ts.forEachChild(node, visit)
  }
  for (const file of program.getSourceFiles()) if (isOfPage(file)) visit(file)
  return wordsIn(catalogue).flatMap((word) => (said.has(word) ? [] : [word.name.getText()]))
}

function isOfPage({ fileName, isDeclarationFile }: ts.SourceFile): boolean {
  return !isDeclarationFile && fileName.includes('/web/')
}

/** What an expression such as t.room.read or t.refusals[kind] may mean. */
function named(node: ts.Node, checker: ts.TypeChecker): ts.Symbol[] {
  if (ts.isPropertyAccessExpression(node)) return [checker.getSymbolAtLocation(node.name)].filter(isThere)
  if (!ts.isElementAccessExpression(node)) return []
  const key = checker.getTypeAtLocation(node.argumentExpression)
  const keys = (key.isUnion() ? key.types : [key]).filter((type) => type.isStringLiteral())
  const whole = checker.getTypeAtLocation(node.expression)
  return keys.map(({ value }) => checker.getPropertyOfType(whole, value)).filter(isThere)
}

/** The entries of the catalogue that are no groups of others. */
function wordsIn(node: ts.Node | undefined): ts.PropertyAssignment[] {
  const words: ts.PropertyAssignment[] = []
  const visit = (inner: ts.Node): void => {
    if (ts.isPropertyAssignment(inner) && !ts.isObjectLiteralExpression(inner.initializer)) words.push(inner)
    else ts.forEachChild(inner, visit)
  }
  if (node) visit(node)
  return words
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined
}
