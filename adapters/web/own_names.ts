/**
 * Which names of members a bundled script may have shortened: those that our own code declares, and that nobody else
 * knows, be it a browser, the PBX, or a page of the classic API.
 *
 * @module
 */
import { join } from "node:path";
import ts from "typescript";
import { fromFileUrl } from "./paths.ts";
import { filesIn } from "./stamp.ts";

/** Where names are looked for: sources as text. */
export interface NameSources {
  /** What their classes and interfaces declare may be shortened. */
  readonly own: readonly string[];
  /** No word of these may. */
  readonly words: readonly string[];
  /** What is declared here is another's, who may have the same words for something else. */
  readonly libraries: readonly string[];
}

/**
 * The names of members that may be shortened, in order. A name that is a text somewhere in our own code may be looked
 * up by it, and stays; so does what is only the key of an object.
 */
export function ownNames({ own, words, libraries }: NameSources): string[] {
  const kept = new Set([...words.flatMap(wordsOf).flatMap(bothCases), ...libraries.flatMap(declarationsOf)]);
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) kept.add(node.text);
    else if (isMember(node) && node.name && ts.isIdentifier(node.name)) declared.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const text of own) visit(ts.createSourceFile("own.ts", text, ts.ScriptTarget.Latest));
  return [...declared].filter((name) => !kept.has(name)).sort();
}

const withoutComments = (text: string): string => text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");

/** All names and texts of a source. */
const wordsOf = (text: string): string[] => withoutComments(text).match(/[A-Za-z_$][\w$]*/g) ?? [];

/** What a library declares, and then some; reading all of it as TypeScript would take longer than the whole build. */
const declarationsOf = (text: string): string[] =>
  withoutComments(text).match(/[A-Za-z_$][\w$]*(?="?\??\s*[:(<])/g) ?? [];

/** The classic API spells its names in both cases of the first letter. */
const bothCases = (word: string): string[] => [word, word.charAt(0).toLowerCase() + word.slice(1)];

/** What a class or an interface declares, be it by a constructor's parameter. */
const isMember = (node: ts.Node): node is ts.NamedDeclaration =>
  ts.isTypeElement(node) || ts.isClassElement(node) || (ts.isParameter(node) && node.modifiers !== undefined);

const CLASSIC = "phone/webphone_types.ts";

/** The one source of the protocol whose names are not on the wire. */
const DELIVERY = "protocol/delivery.ts";

const isOwn = (name: string): boolean => name === DELIVERY || (name.startsWith("phone/") && name !== CLASSIC);

/** The names of the members that `/WebphoneAPI` may have shortened. */
export async function webphoneNames(root: string): Promise<string[]> {
  const sources = (folder: string) => filesIn(root, folder).filter((name) => !name.endsWith("_test.ts"));
  const all = [...sources("phone"), ...sources("protocol")];
  const libraries = join(ts.getDefaultLibFilePath({}), "..");
  const [own, words, declarations] = await Promise.all([
    textsOf(root, all.filter(isOwn)),
    textsOf(root, all.filter((name) => !isOwn(name))),
    textsOf(libraries, filesIn(libraries, ".").filter((name) => /\blib\.(?:dom|es).*\.d\.ts$/.test(name))),
  ]);
  const standIns = await textsOf(fromFileUrl("."), ["small_signals.ts", "small_valibot.ts"]);
  return ownNames({ own: [...own, ...standIns], words, libraries: declarations });
}

const textsOf = (folder: string, names: readonly string[]): Promise<string[]> =>
  Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))));
