import { howToMend } from "./mend.ts";
import { hueOf, initials } from "./people.ts";
import { type CallFacts, clock, passingWords, stateWords } from "./words.ts";
import { END_REASONS } from "../protocol/call_state.ts";

function same<T>(actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`Cannot agree: ${actual} is not ${expected}`);
}

const FACTS: CallFacts = {
  state: { name: "established", heldBy: [] },
  name: "Alice",
  role: "caller",
  outgoing: true,
  endedHere: false,
  connection: "connected",
  recovering: "well",
  registered: true,
  isAway: false,
  hasTalked: true,
  receiving: { microphone: true, camera: true },
  transferringTo: undefined,
};

Deno.test("stateWords() leaves room for the clock while all is well", () => same(stateWords(FACTS), ""));

Deno.test("passingWords() are of trouble, holds and transfers, not of a microphone that is off", () => {
  same(passingWords({ ...FACTS, registered: false }), "Reconnecting…");
  same(
    passingWords({ ...FACTS, state: { name: "established", heldBy: ["callee"] } }),
    "Alice put you on hold",
  );
  same(passingWords({ ...FACTS, receiving: { microphone: false, camera: true } }), "");
});

const AWAY = "Alice cannot be reached at the moment – trying again…";

const ROWS: readonly [string, Partial<CallFacts>][] = [
  ["Calling Alice…", { state: { name: "inviting" } }],
  ["Ringing…", { state: { name: "ringing" } }],
  ["Alice is calling", { state: { name: "ringing" }, outgoing: false, role: "callee" }],
  ["Connecting…", { connection: "new" }],
  ["Reconnecting…", { connection: "disconnected" }],
  ["Reconnecting…", { recovering: "restarting" }],
  ["Reconnecting…", { connection: "new", recovering: "proving" }],
  ["", { recovering: "doubting" }],
  ["Reconnecting…", { registered: false }],
  [AWAY, { recovering: "restarting", isAway: true }],
  [AWAY, { recovering: "proving", isAway: true }],
  [AWAY, { recovering: "doubting", isAway: true }],
  [AWAY, { connection: "failed", isAway: true }],
  [AWAY, { connection: "connecting", isAway: true }],
  ["Reconnecting…", { recovering: "restarting", isAway: true, registered: false }],
  ["On hold", { state: { name: "established", heldBy: ["callee", "caller"] } }],
  ["Alice put you on hold", { state: { name: "established", heldBy: ["callee"] } }],
  ["Alice’s camera and microphone are off", { receiving: { microphone: false, camera: false } }],
  ["Alice’s camera is off", { receiving: { microphone: true, camera: false } }],
  ["Alice’s microphone is off", { receiving: { microphone: false, camera: true } }],
  ["Transferring to Carol…", { transferringTo: "Carol" }],
  ["Transferring to Carol…", {
    transferringTo: "Carol",
    state: { name: "established", heldBy: ["caller"] },
  }],
  ["Reconnecting…", { transferringTo: "Carol", registered: false }],
  ["Transferred to Carol", { transferringTo: "Carol", state: { name: "ended", reason: "transferred" } }],
  ["The call was transferred", { state: { name: "ended", reason: "transferred" } }],
  ["Alice hung up", { state: { name: "ended", reason: "hangup" } }],
  ["You hung up", { state: { name: "ended", reason: "hangup" }, endedHere: true }],
  ["You hung up", { state: { name: "ended", reason: "canceled" }, endedHere: true }],
  ["You declined", { state: { name: "ended", reason: "rejected" }, endedHere: true, outgoing: false }],
  ["Alice declined", { state: { name: "ended", reason: "rejected" } }],
  ["Missed call from Alice", { state: { name: "ended", reason: "canceled" }, outgoing: false }],
  ["The connection to Alice was lost", { state: { name: "ended", reason: "failed" } }],
  ["The connection failed", { state: { name: "ended", reason: "failed" }, hasTalked: false }],
];

for (const [words, facts] of ROWS) {
  Deno.test(`stateWords() says "${words}" for ${JSON.stringify(facts)}`, () =>
    same(stateWords({ ...FACTS, ...facts }), words));
}

Deno.test("stateWords() has words for every reason, at both ends", () => {
  for (const reason of END_REASONS) {
    for (const outgoing of [true, false]) {
      same(stateWords({ ...FACTS, outgoing, state: { name: "ended", reason } }).length > 5, true);
    }
  }
});

Deno.test("clock() shows hours only when there are any", () => {
  same(clock(252_900), "04:12");
  same(clock(3_600_000 + 5_000), "1:00:05");
  same(clock(-5), "00:00");
});

Deno.test("initials() are two letters, or the last two digits", () => {
  same(initials("Alice Mary Moreau"), "AM");
  same(initials("Bob"), "B");
  same(initials("Agent 1002"), "02");
  same(initials("+3612345"), "45");
  same(initials(""), "");
});

Deno.test("hueOf() is the same for the same number, and one of eight", () => {
  for (const number of ["1001", "Qdb3W", ""]) {
    same(hueOf(number), hueOf(number));
    same(hueOf(number) >= 0 && hueOf(number) < 8, true);
  }
});

Deno.test("howToMend() speaks of the browser at hand", () => {
  const safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15";
  const chromeOnIos = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4) CriOS/140 Safari/604.1";
  same(howToMend("denied", safari).includes("Safari menu"), true);
  same(howToMend("denied", chromeOnIos).includes("Chrome"), true);
  same(howToMend("missing", safari), "Connect it, then press Try again.");
});
