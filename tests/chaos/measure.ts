/**
 * From what two pages have seen to the figures of one injected fault.
 *
 * @module
 */
import { until } from "../support/until.ts";
import type { Pair, Phone, Scene } from "./scene.ts";
import type { Frame, Gap, Stretch, Watched } from "./watch.ts";

/** What one injected fault did. */
export interface Outcome {
  /** Whether the call that was there is there still, on both sides and for the server; `undefined` when it was to end. */
  readonly survived?: boolean;
  /** The longest time without new sound or picture on either side, in milliseconds. */
  readonly gap?: number;
  /** How long after the network's return sound and picture were back on both sides, in milliseconds. */
  readonly mediaBack?: number;
  /** How long after the network's return the slowest event took to the other side, in milliseconds. */
  readonly back?: number;
  readonly lost?: number;
  readonly doubled?: number;
  /** What else was seen. */
  readonly note?: string;
  /** Each promise that was not kept, in words. */
  readonly misses: readonly string[];
  /** The same for what came, but later than promised: a busy machine can be the reason for that, too. */
  readonly late?: readonly string[];
  /** When the network was whole again: from then on a page that does not get to look is a sign of a busy machine. */
  readonly wholeAt?: number;
}

/** The promises of a fault that a call lives through, in milliseconds. */
export interface Promises {
  /** The longest gap of media, where it is not to stop. */
  readonly gap?: number;
  /** From the network's return to media on both sides. */
  readonly mediaBack?: number;
  /** From the network's return to signalling on both sides. */
  readonly back?: number;
}

/** What is told to the other side, and therefore must arrive there exactly once. */
const RELAYED = ["offer", "answer", "candidate"];

/** Around the time in which the other side's camera was dark, a picture that stands still tells nothing, in milliseconds. */
const DARK_MARGIN = 1500;

/** The longest that a busy machine is taken for the reason of a gap, in milliseconds. */
const BUSY = 2000;

/** How many events were lost and doubled on the way from one page to the other. */
export interface Errors {
  readonly lost: number;
  readonly doubled: number;
}

/** Both sides of a call after a fault, and when the network was whole again. */
export interface Aftermath {
  readonly seen: readonly [Watched, Watched];
  readonly healedAt: number;
  /** When the browser had noticed that it has another address, where that is what it has to do with; it is told late. */
  readonly noticedAt?: number | undefined;
}

/** When a page could use an address that it had not had before. */
export const noticedAt = ({ moments }: Watched): number | undefined =>
  moments.find(({ what }) => what.startsWith("address "))?.at;

/** The figures of a fault. */
export function figures({ seen: [one, other], healedAt, noticedAt = healedAt }: Aftermath) {
  const gaps = [...counting(one, other), ...counting(other, one)];
  return {
    gap: Math.max(0, ...gaps.map(({ from, to }) => to - from)),
    mediaBack: Math.max(0, ...gaps.map(({ to }) => to - Math.max(healedAt, noticedAt))),
    back: Math.max(...delays(one, other, healedAt), ...delays(other, one, healedAt)),
    ...errorsOf([one, other]),
  };
}

/** When a page told the other one that its camera went off or on, because it was asked to. */
const toldBy = ({ dark }: Watched): number[] => dark.flatMap(({ from, to }) => [from, to]);

/** After the camera is open the page may take so long to say so, in milliseconds. */
const SPOKEN = 200;

/** The words about camera and microphone that a page had reasons of its own for, such as a camera that the system took. */
const unasked = ({ said, dark }: Watched): number =>
  said.filter(({ type, at, again }) =>
    type === "media" && !again && !dark.some(({ from, to }) => from <= at && at <= to + SPOKEN)
  ).length;

/** How long each of these took, not counting the time without network. */
function delays(from: Watched, to: Watched, healedAt: number): number[] {
  const heard = to.heard.filter(({ type }) => type === "media");
  return [0, ...toldBy(from).flatMap((at, index) => (heard[index]?.at ?? at) - Math.max(at, healedAt))];
}

/** Whether each figure is within what was promised of it; what is not, in words. */
export function missed(found: Partial<Record<keyof Promises, number>>, promises: Promises): string[] {
  const words = {
    gap: "media stopped for",
    mediaBack: "media was back after",
    back: "signalling was back after",
  };
  return (Object.keys(words) as (keyof Promises)[]).flatMap((name) => {
    const [is = 0, most = Infinity] = [found[name], promises[name]];
    return is > most ? [`${words[name]} ${Math.round(is)} ms, promised ${most}`] : [];
  });
}

/** The gaps that tell something: neither is the other camera dark, nor are they a busy machine's short ones. */
function counting({ gaps, stalls }: Watched, other: Watched): Gap[] {
  const meets = (gap: Gap, { from, to }: Stretch, margin: number) =>
    gap.from < to + margin && gap.to > from - margin;
  const isDark = (gap: Gap) =>
    gap.kind === "video" && other.dark.some((dark) => meets(gap, dark, DARK_MARGIN));
  const isBusy = (gap: Gap) =>
    gap.to - gap.from < BUSY && [...stalls, ...other.stalls].some((stall) => meets(gap, stall, 0));
  return gaps.filter((gap) => !isDark(gap) && !isBusy(gap));
}

/** A line that is resumed says again what has not arrived: so what was said counts once, and what was heard each time. */
export function arrival(from: Watched, to: Watched): Errors {
  const heard = to.heard.filter(({ type }) => RELAYED.includes(type)).map(({ key }) => key);
  // A candidate that is known is not known any better when it comes again.
  const descriptions = heard.filter((key) => !key.startsWith("candidate:"));
  const toggles = [
    alternation(toldBy(from).length + unasked(from), to.heard.filter(({ type }) => type === "media")),
    alternation(from.holds.length, to.heard.filter(({ type }) => type === "hold" || type === "unhold")),
  ];
  const sum = (which: keyof Errors) => toggles.reduce((all, each) => all + each[which], 0);
  return {
    lost: unheard(from, to).length + sum("lost"),
    doubled: descriptions.length - new Set(descriptions).size + sum("doubled"),
  };
}

/** What was said and is told apart by its contents, and never came; the first time that it was said. */
function unheard({ said }: Watched, { heard }: Watched): Frame[] {
  const came = new Set(heard.map(({ key }) => key));
  const missing = said.filter(({ type, key }) => RELAYED.includes(type) && !came.has(key));
  return [...new Map(missing.toReversed().map((frame) => [frame.key, frame])).values()].toReversed();
}

/**
 * What both have seen, less what a restart of the server made void: a description is not said again to a new one, for it
 * would undo what was negotiated since. What did not come and is older than a description that came was replaced by it.
 */
export const lessReplaced = ([one, other]: readonly [Watched, Watched]): readonly [Watched, Watched] => [
  { ...one, said: stillValid(one, other) },
  { ...other, said: stillValid(other, one) },
];

function stillValid(from: Watched, to: Watched): Frame[] {
  const lost = new Set(unheard(from, to).map(({ key }) => key));
  const isDescription = ({ type }: Frame) => type === "offer" || type === "answer";
  const newest = from.said.findLast((frame) => isDescription(frame) && !lost.has(frame.key))?.at ?? -Infinity;
  return from.said.filter(({ key, at }) => !lost.has(key) || at > newest);
}

/** Errors in words; with what was `seen` also which events are lost, those that have a name, and when they were said. */
export function inWords({ lost, doubled }: Errors, seen?: readonly [Watched, Watched]): string[] {
  if (lost + doubled === 0) return [];
  const missing = seen ? [...unheard(seen[0], seen[1]), ...unheard(seen[1], seen[0])] : [];
  const names = missing.map(({ type, at }) => `${type} of ${new Date(at).toISOString().slice(14, 23)}`);
  return [[`${lost} events lost`, ...names, `${doubled} doubled`].join(", ")];
}

/** Of what goes off and on by turns: two times the same in a row is one too many, or hides one that was lost. */
function alternation(told: number, heard: readonly Frame[]): Errors {
  const repeated = heard.filter(({ key }, index) => key === heard[index - 1]?.key).length;
  const excess = heard.length - told;
  return { lost: Math.max(0, -excess, repeated - Math.max(0, excess)), doubled: Math.max(0, excess) };
}

/** What was lost and doubled both ways. */
export function errorsOf([one, other]: readonly [Watched, Watched]): Errors {
  const [there, back] = [arrival(one, other), arrival(other, one)];
  return { lost: there.lost + back.lost, doubled: there.doubled + back.doubled };
}

/** What both pages have seen. */
export const watched = async ([one, other]: Pair): Promise<readonly [Watched, Watched]> => [
  await one.watched(),
  await other.watched(),
];

/** Waits until all that was said is heard, by what `read` has seen; what is lost for ever is for the figures to tell. */
export async function allIsSaid(read: () => ReturnType<typeof watched>, budget: number): Promise<void> {
  await until(read, (seen) => errorsOf(seen).lost === 0, budget).catch(() => {});
}

/** Whether the call `id` is the one live call of the house, and both pages are in it. */
export async function isInCall(
  scene: Scene,
  id: string | undefined,
  phones: readonly Phone[],
): Promise<boolean> {
  const faces = await Promise.all(phones.map((phone) => phone.faces()));
  return id !== undefined && scene.theCall()?.id === id && faces.every(({ call }) => call === "established");
}
