/** The tracked files of the repository and their imports, for tests about the code itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './folders.js';

/** Paths relative to the root, with `/`, of every tracked file that exists. */
export function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: REPOSITORY, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(REPOSITORY, file)));
}

export function readTracked(file: string): string {
  return readFileSync(path.join(REPOSITORY, file), 'utf8');
}

export interface Import {
  readonly from: string;
  /** Path relative to the root for relative imports (`.ts`), else the package's name. */
  readonly to: string;
  readonly isTypeOnly: boolean;
  readonly line: number;
}

export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readTracked(file), ts.ScriptTarget.Latest, true);
}

/** Static and dynamic imports and re-exports of one TypeScript file. */
export function importsOf(file: string): Import[] {
  const source = parse(file);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    found.push({ from: file, to: target(file, specifier.text), isTypeOnly, line: lineOf(source, specifier) });
  };
  visit(source, (node) => {
    // `phaseModifier` is what TypeScript 5.9 and later call the `type` of `import type`.
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
  });
  return found;
}

export function visit(node: ts.Node, inspect: (node: ts.Node) => void): void {
  inspect(node);
  ts.forEachChild(node, (child) => {
    visit(child, inspect);
  });
}

export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function target(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}
