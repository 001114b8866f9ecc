/**
 * The types of the drop-in script as a file that a page's author can reference: global, and without imports.
 *
 * @module
 */
import ts from "typescript";

const HEADER = `// Types of the script at /WebphoneAPI. Save beside your page's sources and begin them with
// /// <reference path="WebphoneAPI.d.ts" />

`;

/**
 * Turns the source of a module of types into global declarations: what it exports becomes a global. Throws when it
 * imports or re-exports something, or when a type is not written out.
 */
export function globalDeclarations(source: string, fileName: string): string {
  const { outputText, diagnostics } = ts.transpileDeclaration(source, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, removeComments: false },
  });
  const [problem] = diagnostics ?? [];
  if (problem) fail(fileName, ts.flattenDiagnosticMessageText(problem.messageText, " "));
  return HEADER + withoutExports(outputText, fileName);
}

function withoutExports(text: string, fileName: string): string {
  const file = ts.createSourceFile("types.d.ts", text, ts.ScriptTarget.ES2022, true);
  return file.statements.map((statement) => globalStatement(statement, fileName)).join("").trim() + "\n";
}

/** The statement with the comment before it, less the word `export`. */
function globalStatement(statement: ts.Statement, fileName: string): string {
  if (isEmptyExport(statement)) return "";
  if (
    ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)
  ) {
    fail(fileName, `a global declaration has no place for "${statement.getText()}"`);
  }
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const exported = modifiers?.find((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
  const text = statement.getFullText();
  if (!exported) return text;
  const start = statement.getStart() - statement.getFullStart();
  return text.slice(0, start) + text.slice(start).replace(/^export\s+/, "");
}

/** `export {}` only marks the file as a module. */
const isEmptyExport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) && !statement.moduleSpecifier &&
  statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause) &&
  statement.exportClause.elements.length === 0;

function fail(fileName: string, why: string): never {
  throw new Error(`Cannot declare the globals of ${fileName}: ${why}`);
}
