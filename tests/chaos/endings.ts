/**
 * The rows in which a call is to end, to begin or to change hands, and both sides must see the same.
 *
 * @module
 */
import { until } from "../support/until.ts";
import {
  allIsSaid,
  type Errors,
  errorsOf,
  figures,
  inWords,
  isInCall,
  type Outcome,
  watched,
} from "./measure.ts";
import type { Row } from "./rows.ts";
import { ALICE, atOnce, BOB, forgetAll, type Pair, type Phone, type Scene } from "./scene.ts";

/** What "at once" is to a person, in milliseconds. */
const AT_ONCE = 1000;

/** How soon a reloaded page has its call again, in milliseconds. */
const RELOADED = 3000;

/** How soon one is told that the other side has vanished, in milliseconds. */
const TOLD = 30_000;

/** Longer than any of the promises, to find out how long it takes instead. */
const PATIENCE = 100_000;

const since = (began: number) => Math.round(performance.now() - began);

/** Waits for something and answers how long that is after `began`, or `undefined` when it did not come. */
async function timed(work: () => Promise<unknown>, began: number): Promise<number | undefined> {
  return await work().then(() => since(began), () => undefined);
}

/** What to say when something took longer than promised: a miss when it never came. */
function timely(what: string, took: number | undefined, most: number): Pick<Outcome, "misses" | "late"> {
  if (took === undefined) return { misses: [`${what}: never`] };
  return { misses: [], late: took > most ? [`${what} after ${took} ms, promised ${most}`] : [] };
}

/** From now on, whether everything that each side says arrives at the other one, once. */
async function nextWords(both: Pair): Promise<Errors> {
  await forgetAll(both);
  for (const phone of both) await phone.blink(1).catch(() => {});
  await allIsSaid(() => watched(both), 5000);
  return errorsOf(await watched(both));
}

/** How often a page was told more than once that its call is over. */
async function goodbyes(phones: readonly Phone[]): Promise<number> {
  const heard = await Promise.all(phones.map(async (phone) => (await phone.watched()).heard));
  const counts = heard.map((all) => all.filter(({ type }) => type === "hangup").length);
  return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
}

const allShow = (phones: readonly Phone[], call: string, budget = 5000): Promise<boolean> =>
  Promise.all(phones.map((phone) => phone.shows({ call }, budget))).then(() => true, () => false);

async function bothHangUp(scene: Scene): Promise<Outcome> {
  const both = await scene.call();
  const id = scene.theCall()?.id ?? "";
  await atOnce([both[0], "Hang up"], [both[1], "Hang up"]);
  const ended = await allShow(both, "ended");
  const live = scene.house.liveCalls().length;
  const [entry, second] = scene.house.recordOf(id);
  const misses = [
    ...ended ? [] : ["a page is still in the call"],
    ...live === 0 ? [] : [`${live} calls are live`],
    ...entry && !second && entry.reason === "hangup"
      ? []
      : [`recorded as ${JSON.stringify([entry, second])}`],
  ];
  const doubled = await goodbyes(both);
  return { doubled, misses: doubled === 0 ? misses : [...misses, `told ${doubled} times too often`] };
}

async function bothHold(scene: Scene): Promise<Outcome> {
  const both = await scene.call();
  const id = scene.theCall()?.id ?? "";
  const misses: string[] = [];
  for (const [round, holders] of [["hold", 2], ["unhold", 0]] as const) {
    await atOnce([both[0], "Hold"], [both[1], "Hold"]);
    const kept = await until(
      () => scene.theCall()?.state.heldBy?.length ?? -1,
      (count) => count === holders,
      5000,
    )
      .catch(() => scene.theCall()?.state.heldBy?.length);
    if (kept !== holders) misses.push(`after both ${round}: held by ${kept} for the server`);
    for (const phone of both) {
      const isPressed = await until(() => phone.isPressed("Hold"), (is) => is === holders > 0, 5000)
        .catch(() => undefined);
      if (isPressed === undefined) misses.push(`after both ${round}: ${phone.number} shows it otherwise`);
    }
  }
  for (const phone of both) await phone.flows(10_000).catch((error) => misses.push(error.message));
  const errors = errorsOf(await watched(both));
  return { survived: await isInCall(scene, id, both), ...errors, misses: [...misses, ...inWords(errors)] };
}

async function bothAccept(scene: Scene): Promise<Outcome> {
  const [alice, bob] = await scene.idle();
  const second = await scene.phone(BOB, "b");
  await alice.press("Call", BOB);
  const bobs = [bob, second];
  for (const phone of bobs) await phone.shows({ call: "ringing" }, 5000).catch(() => {});
  await atOnce([bob, "Accept"], [second, "Accept"]);
  await alice.shows({ call: "established" }, 5000);
  const faces = () => Promise.all(bobs.map(async (phone) => (await phone.faces()).call ?? "none"));
  const isDecided = (all: string[]) =>
    all.filter((call) => call === "established").length === 1 && all.includes("ended");
  const outcome = await until(faces, isDecided, 5000).catch(faces);
  const winner = bobs[outcome.indexOf("established")];
  const misses = isDecided(outcome) ? [] : [`the two devices show ${outcome.join(" and ")}`];
  for (const phone of winner ? [alice, winner] : []) {
    await phone.flows(10_000).catch((error) => misses.push(error.message));
  }
  return { survived: misses.length === 0, misses };
}

async function bothDial(scene: Scene): Promise<Outcome> {
  const both = await scene.idle();
  for (const phone of both) await phone.offers("Call", phone === both[0] ? BOB : ALICE);
  await atOnce([both[0], "Call", BOB], [both[1], "Call", ALICE]);
  const misses = await allShow(both, "established", 10_000) ? [] : ["they are not in one call"];
  if (!scene.theCall()) misses.push(`${scene.house.liveCalls().length} calls are live`);
  for (const phone of both) await phone.flows(10_000).catch((error) => misses.push(error.message));
  const errors = await nextWords(both);
  return { survived: misses.length === 0, ...errors, misses: [...misses, ...inWords(errors)] };
}

/** What a page says, long before the call is over, when the other side is not heard any more. */
const TROUBLE = /reconnecting|lost|cannot be reached/i;

/** Alice goes in some way; how long until Bob's page says so, and until the call is over? */
async function vanish(scene: Scene, go: (alice: Phone) => Promise<unknown>, most: number): Promise<Outcome> {
  const [alice, bob] = await scene.call();
  const began = performance.now();
  await go(alice);
  const isTold = async () => (await bob.faces()).call === "ended" || TROUBLE.test(await bob.words());
  const told = await timed(() => until(isTold, Boolean, PATIENCE), began);
  const over = await timed(() => bob.shows({ call: "ended" }, PATIENCE), began);
  const note = `told after ${told} ms, over after ${over} ms`;
  const { misses, late = [] } = timely("told", told, most);
  const end = timely("over", over, PATIENCE);
  const live = scene.house.liveCalls().length > 0 ? ["it is live for the server"] : [];
  const doubled = await goodbyes([bob]);
  return { back: told ?? PATIENCE, doubled, note, misses: [...misses, ...end.misses, ...live], late };
}

/** One side loads its page again; the call is to be taken up by the new one. */
async function reload(scene: Scene, which: 0 | 1): Promise<Outcome> {
  const both = await scene.call();
  const [reloading, other] = which === 0 ? both : [both[1], both[0]] as const;
  const id = scene.theCall()?.id;
  const began = performance.now();
  const wholeAt = Date.now();
  await reloading.page.reload();
  const took = await timed(() => takenUp(scene, id, both), began);
  const survived = took !== undefined;
  const ended = survived
    ? []
    : [`the call ended; the other side says: ${(await other.words()).slice(0, 40)}`];
  const { misses, late = [] } = timely("taken up", took, RELOADED);
  const { gap } = figures({ seen: await watched(both), healedAt: wholeAt });
  const errors = survived ? await nextWords(both) : undefined;
  const wrong = errors ? inWords(errors) : [];
  return {
    survived,
    gap,
    ...errors,
    ...survived && { back: took },
    misses: [...misses, ...ended, ...wrong],
    late,
    wholeAt,
  };
}

/** Waits until these two are in the call, and see and hear each other. */
async function takenUp(scene: Scene, id: string | undefined, both: Pair): Promise<void> {
  await until(() => isInCall(scene, id, both), Boolean, 10_000);
  await Promise.all(both.map((phone) => phone.flows(10_000)));
}

async function secondTab(scene: Scene): Promise<Outcome> {
  const [alice, bob] = await scene.call();
  const id = scene.theCall()?.id;
  const began = performance.now();
  const newest = await scene.phone(ALICE, "a", alice);
  const registered = timely("the newest tab is registered", since(began), RELOADED);
  const took = await timed(() => takenUp(scene, id, [newest, bob]), began);
  const survived = took !== undefined;
  const call = timely("the newest tab has the call", took, RELOADED);
  const misses = [...call.misses];
  await until(() => alice.words(), (words) => /another tab/i.test(words), 5000)
    .catch(() => misses.push("the older tab does not say that another one has taken over"));
  if (/in use/i.test(await newest.words())) misses.push('the newest tab says "in use"');
  const faces = await Promise.all([newest, bob].map(async (phone) => (await phone.faces()).call));
  if (!survived) misses.push(`the two sides show ${faces.join(" and ")}`);
  const { gap } = figures({ seen: await watched([newest, bob]), healedAt: Date.now() });
  const errors = survived ? await nextWords([newest, bob]) : undefined;
  if (errors) misses.push(...inWords(errors));
  const late = [...registered.late ?? [], ...call.late ?? []];
  return { survived, ...survived && { gap, back: took }, ...errors, misses, late };
}

/** All of them. */
export const ENDINGS: readonly Row[] = [
  {
    name: "reload-caller",
    fault: "the caller reloads the page",
    short: true,
    run: (scene) => reload(scene, 0),
  },
  {
    name: "reload-callee",
    fault: "the callee reloads the page",
    short: true,
    run: (scene) => reload(scene, 1),
  },
  { name: "both-hang-up", fault: "both hang up at once", short: true, run: bothHangUp },
  { name: "both-hold", fault: "both hold, then lift it, at once", short: true, run: bothHold },
  { name: "both-accept", fault: "two devices accept at once", short: true, run: bothAccept },
  { name: "both-dial", fault: "both dial each other at once", short: true, run: bothDial },
  {
    name: "closed",
    fault: "the other side closes its page",
    short: true,
    run: (scene) => vanish(scene, (alice) => alice.page.close({ runBeforeUnload: true }), AT_ONCE),
  },
  {
    name: "killed",
    fault: "the other side's browser is killed",
    run: (scene) => vanish(scene, (alice) => scene.browsers.kill(alice.client), TOLD),
  },
  {
    name: "unplugged",
    fault: "the other side's network is gone for good",
    run: (scene) => vanish(scene, (alice) => scene.lab.blackHole(alice.client), TOLD),
  },
  { name: "second-tab", fault: "a second tab of the same agent, in a call", short: true, run: secondTab },
];
