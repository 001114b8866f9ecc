/**
 * What bundlers leave in a script, for they cannot know who calls a method: members that nobody uses.
 *
 * @module
 */
import ts from "typescript";

/**
 * The `script`, with blanks in the place of methods and accessors of these `names` that are mentioned nowhere else.
 * Everything else stays where it is, so that a source map stays right.
 */
export function withoutSpare(script: string, names: readonly string[]): string {
  const file = ts.createSourceFile("script.js", script, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const mentions = new Map(names.map((name) => [name, 0]));
  for (const [word] of script.matchAll(/[A-Za-z_$][\w$]*/g)) {
    const count = mentions.get(word);
    if (count !== undefined) mentions.set(word, count + 1);
  }
  let left = script;
  const visit = (node: ts.Node): void => {
    if (!isMethod(node) || mentions.get(node.name.getText()) !== 1) return ts.forEachChild(node, visit);
    left = left.slice(0, node.getStart()) + " ".repeat(node.getWidth()) + left.slice(node.getEnd());
  };
  visit(file);
  return left;
}

const isMethod = (node: ts.Node): node is ts.MethodDeclaration | ts.AccessorDeclaration =>
  ts.isClassElement(node) && (ts.isMethodDeclaration(node) || ts.isAccessor(node));
