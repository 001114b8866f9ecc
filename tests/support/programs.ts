/**
 * Programs of the machine that tests use, and where they are.
 *
 * @module
 */
import { delimiter, join } from "node:path";

/** A program, under any of its names. */
export interface Program {
  readonly names: readonly string[];
  /** Environment variable that tells its path. */
  readonly variable?: string;
}

/** A program and the Debian package that brings it. */
export interface Packaged extends Program {
  readonly debian: string;
}

/** The browsers that the tests drive. */
export const BROWSERS = {
  chromium: {
    names: ["chromium", "chromium-browser", "google-chrome"],
    variable: "CHROMIUM",
    debian: "chromium",
  },
  firefox: { names: ["firefox-esr", "firefox"], variable: "FIREFOX", debian: "firefox-esr" },
} as const satisfies Record<string, Packaged>;

/** The other programs that tests start, or the server for them. */
export const SERVERS = {
  turnserver: { names: ["turnserver"], debian: "coturn" },
} as const satisfies Record<string, Packaged>;

/** What the chaos suite builds its network with. */
export const NETWORK = {
  ip: { names: ["ip"], debian: "iproute2" },
  ss: { names: ["ss"], debian: "iproute2" },
  nft: { names: ["nft"], debian: "nftables" },
} as const satisfies Record<string, Packaged>;

/** Names a program that a test needs. */
export type ProgramName = keyof typeof BROWSERS | keyof typeof SERVERS;

/** How long a test of real programs may take, in milliseconds: one that waits for ever fails, and is named. */
const PATIENCE = 600_000;

/**
 * A test that needs programs. Where one is missing it is reported as ignored, with the reason in its name; where
 * nothing may be left out (`CI=true`) it fails.
 */
export function programTest(name: string, needs: readonly ProgramName[], test: () => Promise<void>): void {
  const programs: Record<ProgramName, Packaged> = { ...BROWSERS, ...SERVERS };
  const missing = needs.filter((need) => !findProgram(programs[need]));
  const reason = missing.length === 0 ? undefined : `no ${missing.join(" and no ")} on this machine`;
  testUnless(reason, { name, fn: test });
}

/**
 * A test that cannot run here for `reason`, if there is one: then it is reported as ignored, with the reason in its
 * name, or fails where nothing may be left out (`CI=true`).
 */
export function testUnless(reason: string | undefined, test: Deno.TestDefinition): void {
  if (!reason) return Deno.test({ timeout: PATIENCE, ...test });
  if (Deno.env.get("CI") !== "true") return Deno.test.ignore({ ...test, name: `${test.name} (${reason})` });
  Deno.test(test.name, () => {
    throw new Error(`Cannot test: ${reason}`);
  });
}

/** The path of the program, or `undefined` when this machine has none. */
export function findProgram({ names, variable }: Program): string | undefined {
  const told = variable && Deno.env.get(variable);
  if (told) return told;
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
