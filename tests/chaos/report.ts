/**
 * The table that the suite prints.
 *
 * @module
 */
import { missesOf } from "./stand.ts";
import type { Outcome } from "./measure.ts";

/** What became of one row, as often as its fault was injected. */
export interface Result {
  readonly fault: string;
  readonly injected: number;
  readonly outcomes: readonly Outcome[];
}

const HEADINGS = [
  "fault",
  "injected",
  "survived",
  "longest gap",
  "media back",
  "signalling back",
  "lost",
  "doubled",
  "verdict",
];

function cellsOf({ fault, injected, outcomes }: Result): string[] {
  const most = (which: "gap" | "mediaBack" | "back" | "lost" | "doubled") => {
    const known = outcomes.flatMap((outcome) => outcome[which] ?? []);
    return known.length === 0 ? "–" : `${Math.round(Math.max(...known))}`;
  };
  const told = outcomes.filter(({ survived }) => survived !== undefined);
  const kept = outcomes.filter((outcome) => missesOf(outcome).length === 0).length;
  return [
    fault,
    `${injected}`,
    told.length === 0 ? "–" : `${told.filter(({ survived }) => survived).length} of ${told.length}`,
    most("gap"),
    most("mediaBack"),
    most("back"),
    most("lost"),
    most("doubled"),
    kept === outcomes.length ? "kept" : `MISSED ${outcomes.length - kept}`,
  ];
}

/** The results as a table in Markdown, times in milliseconds, the worst of each row. */
export function tableOf(results: readonly Result[]): string {
  const table = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) => line(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [lines[0], line(widths.map((width) => "-".repeat(width))), ...lines.slice(1)].join("\n");
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** All injected faults, the calls that were to survive and those that did, the longest gap, and the errors. */
export function summaryOf(results: readonly Result[]): string {
  const outcomes = results.flatMap((result) => result.outcomes);
  const sum = (counts: readonly number[]) => counts.reduce((all, each) => all + each, 0);
  const told = outcomes.filter(({ survived }) => survived !== undefined);
  const kept = told.filter(({ survived }) => survived).length;
  const gap = Math.round(Math.max(0, ...outcomes.map((outcome) => outcome.gap ?? 0)));
  return [
    `${sum(results.map(({ injected }) => injected))} faults injected`,
    `${kept} of ${told.length} calls survived`,
    `longest media gap ${gap} ms`,
    `${sum(outcomes.map(({ lost = 0 }) => lost))} events lost`,
    `${sum(outcomes.map(({ doubled = 0 }) => doubled))} doubled`,
  ].join(", ");
}
