/**
 * The little of XML that the classic API speaks: elements with texts in them. Attributes are not looked at.
 *
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The elements with nothing but text in them, in their order, as names and texts. */
export function elementsIn(xml: string): readonly (readonly [name: string, text: string])[] {
  const told = xml.replaceAll(/<!--[^]*?-->/g, "");
  const found = told.matchAll(/<([A-Za-z][\w.-]*)(?:\s[^<>]*)?>([^<]*)<\/\1\s*>/g);
  return [...found].map(([, name = "", text = ""]) => [name, unescaped(text).trim()] as const);
}

/** A document whose root has this name; the items of a list are named like the list, without its plural s. */
export function xmlOf(root: string, content: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}\n`;
}

function element(name: string, content: unknown): string {
  return `<${name}>${inside(name, content)}</${name}>`;
}

function inside(name: string, content: unknown): string {
  if (Array.isArray(content)) {
    return content.map((item) => element(name.replace(/s$/, ""), item)).join("");
  }
  if (typeof content === "object" && content !== null) {
    return Object.entries(content).map(([name, part]) => element(name, part)).join("");
  }
  return escaped(String(content ?? ""));
}

/** XML 1.0 has no place at all for control characters. */
const escaped = (text: string): string =>
  text.replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
