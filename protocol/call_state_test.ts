import assert from "node:assert/strict";
import {
  type CallEvent,
  type CallState,
  END_REASONS,
  INVITING,
  isHeld,
  isOver,
  next,
  type Role,
} from "./call_state.ts";

const RINGING: CallState = { name: "ringing" };
const TALKING: CallState = { name: "established", heldBy: [] };
const ENDED: CallState = { name: "ended", reason: "hangup" };
const STATES = [INVITING, RINGING, TALKING, ENDED];
const PARTIES: (Role | "pbx")[] = ["caller", "callee", "pbx"];
const EVENTS: CallEvent["type"][] = ["ringing", "accept", "reject", "hangup", "hold", "unhold"];

const ended = (reason: string) => `ended ${reason}`;
const show = (state: CallState | undefined) => {
  if (!state) return "–";
  if (state.name === "ended") return ended(state.reason);
  return state.name === "established" && state.heldBy.length ? `held by ${state.heldBy.join()}` : state.name;
};

/** Every pair of state and event, for caller, callee and PBX; "–" is: does not fit, nothing moves. */
const EXPECTED: Record<string, [string, string, string]> = {
  "inviting ringing": ["–", "ringing", "–"],
  "inviting accept": ["–", "established", "–"],
  "inviting reject": ["–", "ended rejected", "–"],
  "inviting hangup": ["ended canceled", "ended rejected", "ended failed"],
  "inviting hold": ["–", "–", "–"],
  "inviting unhold": ["–", "–", "–"],
  "ringing ringing": ["–", "ringing", "–"],
  "ringing accept": ["–", "established", "–"],
  "ringing reject": ["–", "ended rejected", "–"],
  "ringing hangup": ["ended canceled", "ended rejected", "ended failed"],
  "ringing hold": ["–", "–", "–"],
  "ringing unhold": ["–", "–", "–"],
  "established ringing": ["–", "–", "–"],
  "established accept": ["–", "–", "–"],
  "established reject": ["–", "–", "–"],
  "established hangup": ["ended hangup", "ended hangup", "ended failed"],
  "established hold": ["held by caller", "held by callee", "held by pbx"],
  "established unhold": ["established", "established", "established"],
  "ended ringing": ["–", "–", "–"],
  "ended accept": ["–", "–", "–"],
  "ended reject": ["–", "–", "–"],
  "ended hangup": ["–", "–", "–"],
  "ended hold": ["–", "–", "–"],
  "ended unhold": ["–", "–", "–"],
};

for (const state of STATES) {
  for (const type of EVENTS) {
    Deno.test(`next() knows who may ${type} a call that is ${state.name}`, () => {
      const outcomes = PARTIES.map((by) => show(next(state, { type }, by)));
      assert.deepEqual(outcomes, EXPECTED[`${state.name} ${type}`]);
    });
  }
}

Deno.test("next() leaves A's hold in place when B takes theirs back", () => {
  const both = [["hold", "caller"], ["hold", "callee"], ["unhold", "callee"]] as const;
  const state = both.reduce<CallState>((state, [type, by]) => next(state, { type }, by) ?? state, TALKING);
  assert.deepEqual(state, { name: "established", heldBy: ["caller"] });
  assert.equal(isHeld(state), true);
  assert.equal(isHeld(state, "callee"), false);
});

Deno.test("next() leaves the hold of the PBX to the PBX", () => {
  const held = next(TALKING, { type: "hold" }, "pbx") ?? TALKING;
  for (const role of ["caller", "callee"] as const) {
    const pressed = next(next(held, { type: "hold" }, role) ?? held, { type: "unhold" }, role);
    assert.deepEqual(pressed, { name: "established", heldBy: ["pbx"] });
  }
  assert.deepEqual(next(held, { type: "unhold" }, "pbx"), TALKING);
});

Deno.test("next() counts a hold that is pressed twice once", () => {
  const once = next(TALKING, { type: "hold" }, "caller") ?? TALKING;
  assert.deepEqual(next(once, { type: "hold" }, "caller"), { name: "established", heldBy: ["caller"] });
});

Deno.test("next() ends a call for every reason of the PBX's own", () => {
  for (const reason of END_REASONS) {
    const state = next(RINGING, { type: "hangup", reason }, "pbx");
    assert.deepEqual(state, { name: "ended", reason });
    assert.equal(isOver(state ?? RINGING), true);
  }
});
