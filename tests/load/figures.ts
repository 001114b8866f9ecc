/**
 * Figures of the bench: many readings of one thing come to a median, and to a line of the table.
 *
 * @module
 */
import { table } from "./soak_table.ts";

/** One line of the table. */
export interface Figure {
  /** The row of the targets, such as `P8`. */
  readonly row: string;
  /** What was measured, with its unit. */
  readonly what: string;
  readonly ours: number;
  /** What ours is held against; none where the target is a figure of its own. */
  readonly floor?: { readonly name: string; readonly value: number } | undefined;
  /** What the ratio, or with no floor the figure itself, has to be; none where it is only good to know. */
  readonly target?: { readonly most: number } | { readonly least: number } | undefined;
  /** What else is worth knowing, or why something was left out. */
  readonly note?: string | undefined;
}

/** How the rows of the pages are to be measured. */
export interface Wishes {
  /** How many calls a side; as many as the row needs where it is not told. */
  readonly calls: number | undefined;
  /** The round trip between any two, in milliseconds; each row's own ones where it is not told. */
  readonly roundTrip: number | undefined;
  /** The size of picture that all cameras give, in pixels; else our own pages ask for what they like. */
  readonly picture: { readonly width: number; readonly height: number } | undefined;
}

/** Something that can be measured: it prints its progress, and answers its lines. */
export interface Row {
  /** Such as `P8`. */
  readonly name: string;
  /** What it takes, in words for `--help`. */
  readonly what: string;
  /** Why it cannot be measured here, if that can be told beforehand. */
  readonly lacks?: () => string | undefined;
  /** Measures so many rounds. */
  readonly run: (rounds: number, wishes: Wishes) => Promise<readonly Figure[]>;
}

/** The value below which the share `part` of all lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** The value in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The ratio to the floor, or the figure itself where there is none. */
const judged = ({ ours, floor }: Figure): number => floor ? ours / floor.value : ours;

/** Whether a figure is as it has to be. */
export function isMet(figure: Figure): boolean {
  const { target } = figure;
  if (!target) return true;
  return "most" in target ? judged(figure) <= target.most : judged(figure) >= target.least;
}

/** The figures as a table. */
export function figuresTable(figures: readonly Figure[]): string {
  const head = ["row", "what", "ours", "floor", "", "ratio", "target", "verdict", "note"];
  const rows = figures.map((figure) => {
    const { row, what, ours, floor, target, note = "" } = figure;
    const wanted = !target ? "–" : "most" in target ? `≤ ${target.most}` : `≥ ${target.least}`;
    return [
      row,
      what,
      short(ours),
      floor ? short(floor.value) : "–",
      floor?.name ?? "",
      floor ? judged(figure).toFixed(3) : "–",
      wanted,
      !target ? "–" : isMet(figure) ? "met" : "MISSED",
      note,
    ];
  });
  return table([head, ...rows]);
}

/** Three digits are all that a shared machine gives. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? `${Math.round(value)}` : value.toPrecision(3);
}
