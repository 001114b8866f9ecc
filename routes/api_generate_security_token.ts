/**
 * `/api/GenerateSecurityToken`: a token makes another one, in JSON or by a classic document.
 *
 * @module
 */
import type { Token } from "../pbx/ports.ts";
import { isRight, type Right, RIGHTS, USUAL_RIGHTS } from "../protocol/rights.ts";
import { answering, preflight } from "./api_answer.ts";
import type { Refusal, TokenWish } from "./api_house.ts";
import type { Input } from "./api_input.ts";
import { GENERATE_SECURITY_TOKEN, pathOf } from "./api_operations.ts";
import { ALLOWANCES } from "./api_words.ts";
import { elementsIn } from "./api_xml.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(GENERATE_SECURITY_TOKEN);

export { preflight as OPTIONS };

/** Answers with the token, or with what it would have that its maker has not. */
export const POST: Handler = answering(GENERATE_SECURITY_TOKEN, async (c, caller, input) => {
  const { AuthXml } = input;
  const classic = typeof AuthXml === "string" ? classicRights(AuthXml, caller) : {};
  if ("refused" in classic) return classic;
  const made = await c.var.house.api.makeToken(caller, { ...wishOf(input), ...classic });
  if ("refused" in made) return made;
  const { token, expires } = made;
  return { json: { token, expires }, xml: { SecurityToken: token, Expires: expires } };
});

function wishOf({ line, rights, seconds, origins }: Input): TokenWish {
  return {
    line: typeof line === "string" ? line : undefined,
    rights: Array.isArray(rights) ? rights.filter(isRight) : undefined,
    seconds: typeof seconds === "number" ? seconds : undefined,
    origins: Array.isArray(origins) ? origins : undefined,
  };
}

/** What a classic token may where the document is silent: the classic PBX let every token see calls. */
const CLASSIC_RIGHTS: readonly Right[] = [...USUAL_RIGHTS, "sessions"];

/** The whole of a document: what is not understood must not leave a right as it is by default. */
const DOCUMENT = new RegExp(
  String.raw`^\s*(?:<\?xml[^<>]*\?>\s*)?(?:<SecurityToken\b[^<>]*/>|` +
    String
      .raw`<SecurityToken(?:\s[^<>]*)?>\s*(?:<(\w+)(?:\s[^<>]*)?>[^<>]*</\1\s*>\s*)*</SecurityToken\s*>)\s*$`,
);

function classicRights(xml: string, caller: Token): Pick<TokenWish, "rights"> | Refusal {
  if (!DOCUMENT.test(xml.replaceAll(/<!--[^]*?-->/g, ""))) {
    return misread("expected a <SecurityToken> document of elements that are True or False");
  }
  const rights = new Set(CLASSIC_RIGHTS.filter((right) => caller.rights.includes(right)));
  const said = new Set<Right>();
  for (const [name, text] of elementsIn(xml)) {
    if (name === "SecurityToken" && text === "") continue;
    const right = Object.hasOwn(ALLOWANCES, name) ? ALLOWANCES[name] : undefined;
    if (right === undefined) return misread(`<${name}> is not known here`);
    if (said.has(right)) return misread(`<${name}> is there twice`);
    said.add(right);
    if (/^true$/i.test(text)) rights.add(right);
    else if (/^false$/i.test(text)) rights.delete(right);
    else return misread(`<${name}>: expected True or False`);
  }
  return { rights: RIGHTS.filter((right) => rights.has(right)) };
}

const misread = (why: string): Refusal => ({ refused: "bad-request", detail: `Cannot read AuthXml: ${why}` });
