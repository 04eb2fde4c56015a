import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './files.ts'

/**
 * Type-checks lines as if they stood in a file of a zone, without writing it.
 *
 * @param planted further files that exist only here, by their path from the root
 * @returns for each line, whether the type checker refuses it
 */
export function refusedLines(zone: string, lines: readonly string[], planted: Record<string, string>): boolean[] {
  const file = join(ROOT, zone, 'planted.ts')
  const texts = new Map(Object.entries(planted).map(([path, text]) => [join(ROOT, path), text]))
  texts.set(file, lines.join('\n'))

  const config = readConfig(join(ROOT, zone, 'tsconfig.json'))
  const program = ts.createProgram({
    rootNames: [file],
    options: config.options,
    projectReferences: config.projectReferences ?? [],
    host: hostWith(texts, config.options),
  })
  const refused = new Set(ts.getPreEmitDiagnostics(program).map((diagnostic) => lineIn(file, diagnostic)))
  return lines.map((_, line) => refused.has(line))
}

/**
 * A whole zone as the type checker sees it.
 *
 * @param planted files that have another text here, by their path from the root
 */
export function programOf(zone: string, planted: Record<string, string> = {}): ts.Program {
  const texts = new Map(Object.entries(planted).map(([path, text]) => [join(ROOT, path), text]))
  const { fileNames, options, projectReferences = [] } = readConfig(join(ROOT, zone, 'tsconfig.json'))
  return ts.createProgram({ rootNames: fileNames, options, projectReferences, host: hostWith(texts, options) })
}

/** The files that the type checker sees as part of a project. */
export function filesOfProject(tsconfig: string): string[] {
  return readConfig(join(ROOT, tsconfig)).fileNames
}

function readConfig(path: string): ts.ParsedCommandLine {
  const config = ts.getParsedCommandLineOfConfigFile(path, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
    },
  })
  if (!config) throw new Error(`${path} cannot be read`)
  return config
}

function hostWith(texts: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const disk = ts.createCompilerHost(options)
  return {
    ...disk,
    fileExists: (path) => texts.has(path) || disk.fileExists(path),
    readFile: (path) => texts.get(path) ?? disk.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const text = texts.get(path)
      return text === undefined
        ? disk.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, text, language)
    },
  }
}

function lineIn(file: string, { file: where, start }: ts.Diagnostic): number | undefined {
  if (where?.fileName !== file || start === undefined) return undefined
  return where.getLineAndCharacterOfPosition(start).line
}
