/**
 * The rows in which a call is transferred while something else happens to it: there is one outcome, the same on both
 * sides and for the server.
 *
 * @module
 */
import { until } from "../support/until.ts";
import type { Outcome } from "./measure.ts";
import type { Row } from "./rows.ts";
import { atOnce, CAROL, DAVE, type Pair, type Phone, type Scene } from "./scene.ts";

/** How long it may take until nothing changes any more, in milliseconds; it is no promise of speed. */
const SETTLES = 15_000;

/** How often everything must look the same in a row, so that it counts as settled. */
const LOOKS = 20;

/** What each phone shows, and how many calls are live. */
interface View {
  readonly faces: readonly string[];
  readonly live: readonly string[];
}

async function viewOf(scene: Scene): Promise<View> {
  const faces = scene.phones.map(async (phone) => (await phone.faces()).call ?? "none");
  return { faces: await Promise.all(faces), live: scene.house.liveCalls().map(({ state }) => state.name) };
}

/** Two people in a call, and two to whom they may transfer; both have the list of people open. */
async function atTheList(scene: Scene): Promise<Pair> {
  const both = await scene.call();
  for (const number of [CAROL, DAVE]) await scene.phone(number, "c");
  for (const phone of both) await phone.press("Transfer");
  return both;
}

/** Whoever rings accepts. */
async function acceptAll(phones: readonly Phone[]): Promise<void> {
  for (const phone of phones) {
    if ((await phone.faces()).call === "ringing") await phone.press("Accept").catch(() => {});
  }
}

/** Waits until nobody rings and nothing changes; what is seen then, or at the end of patience. */
async function settled(scene: Scene, accepting: readonly Phone[]): Promise<View> {
  let last = "";
  let looks = 0;
  return await until(
    async () => {
      await acceptAll(accepting);
      const view = await viewOf(scene);
      looks = JSON.stringify(view) === last ? looks + 1 : 0;
      last = JSON.stringify(view);
      return view;
    },
    ({ faces }) => looks >= LOOKS && !faces.some((face) => face === "ringing" || face === "inviting"),
    SETTLES,
  ).catch(() => viewOf(scene));
}

/** One call of two people who see and hear each other, or none at all, and nobody else is in one. */
async function isOne(scene: Scene, { faces, live }: View): Promise<string[]> {
  const talking = scene.phones.filter((_, index) => faces[index] === "established");
  const seen = `the pages show ${faces.join(", ")}, and for the server there are: ${
    live.join(", ") || "none"
  }`;
  const idle = faces.filter((face) => face === "ended" || face === "none");
  const isWhole = talking.length + idle.length === faces.length &&
    (talking.length === 2 ? live.join() === "established" : talking.length === 0 && live.length === 0);
  if (!isWhole) return [seen];
  const misses: string[] = [];
  for (const phone of talking) await phone.flows(10_000).catch((error) => misses.push(error.message));
  return misses;
}

const noteOf = (scene: Scene, { faces }: View): string =>
  scene.phones.map(({ number }, index) => `${number} ${faces[index]}`).join(", ");

async function bothTransfer(scene: Scene): Promise<Outcome> {
  const [alice, bob] = await atTheList(scene);
  await atOnce([alice, "Transfer to Carol"], [bob, "Transfer to Dave"]);
  const view = await settled(scene, scene.phones.slice(2));
  const misses = await isOne(scene, view);
  if (view.live.length === 0) misses.push("nobody is in a call any more, though nobody hung up");
  return { note: noteOf(scene, view), misses };
}

async function transferAndHangUp(scene: Scene): Promise<Outcome> {
  const [alice, bob] = await atTheList(scene);
  await atOnce([alice, "Transfer to Carol"], [bob, "Hang up"]);
  const view = await settled(scene, []);
  const misses = await isOne(scene, view);
  if (view.live.length > 0) misses.push("a call is live, though one of its parties hung up");
  return { note: noteOf(scene, view), misses };
}

/** All of them. */
export const TRANSFERS: readonly Row[] = [
  {
    name: "both-transfer",
    fault: "both transfer each other at once",
    short: true,
    run: bothTransfer,
  },
  {
    name: "transfer-hang-up",
    fault: "one transfers while the other hangs up",
    short: true,
    run: transferAndHangUp,
  },
];
