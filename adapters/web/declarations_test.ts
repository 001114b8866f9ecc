import assert from "node:assert/strict";
import { globalDeclarations } from "./declarations.ts";

const declare = (source: string): string => globalDeclarations(source, "types.ts");

Deno.test("globalDeclarations() makes globals of what a module exports, with their comments", () => {
  const text = declare(`
    type Hidden = string;
    /** Where a call stands; not to export. */
    export type CallState = "RINGING" | Hidden;
    /** A call. */
    export interface Call {
      /** Dials. */
      start(): void;
    }
    export declare const OzWebClient: { createCall(number?: string): Call };
    export class OzCamera { private stream = 1; setMode(width: number): void { width; this.stream; } }
  `);
  assert.match(
    text,
    /\/\*\* Where a call stands; not to export\. \*\/\s*type CallState = "RINGING" \| Hidden;/,
  );
  assert.match(text, /\/\*\* Dials\. \*\/\s*start\(\): void;/);
  assert.match(text, /^declare const OzWebClient/m);
  assert.match(text, /^declare class OzCamera/m);
  assert.doesNotMatch(text, /^\s*export/m);
});

Deno.test("globalDeclarations() refuses what could not stand alone", () => {
  const refused = { message: /^Cannot declare the globals of types\.ts: / };
  assert.throws(() => declare(`import type { X } from "./x.ts"; export type Y = X;`), refused);
  assert.throws(() => declare(`export * from "./x.ts";`), refused);
  assert.throws(() => declare(`export const answer = Math.random();`), refused);
});
