/**
 * One call between two real browsers under random faults, beside a model that knows only what was pressed. The same on
 * fakes, and far more often, is `tests/recovery_model_test.ts`; with broken networks it is `tests/chaos/`.
 */
import fc from "fast-check";
import type { Page } from "playwright-core";
import { processOf } from "./house_process.ts";
import { talk } from "./people.ts";
import { PhonePage } from "./phone_page.ts";
import { browserTest } from "../support/browsers.ts";
import { until } from "../support/until.ts";
import { Stage } from "./stage.ts";

type Side = 0 | 1;

/** Whether each side holds. */
type Model = [boolean, boolean];

/** The call, as its two people have it before them. */
interface Reality {
  readonly stage: Stage;
  readonly phones: [PhonePage, PhonePage];
}

type Command = fc.AsyncCommand<Model, Reality>;

const NUMBERS = ["1011", "1012"] as const;

declare global {
  /** What the page has said and heard of its connection. */
  var signalled: string[];
}

/** Keeps the sockets of the page at hand, to be cut, and takes down what is signalled over them. */
function keepSockets(): void {
  const sockets: WebSocket[] = [];
  Object.assign(globalThis, { cutSockets: () => sockets.splice(0).forEach((socket) => socket.close()) });
  const said: string[] = globalThis.signalled = [];
  const note = (way: string, data: unknown) => {
    const { type, n, call, fresh, sdp, offer, answer } = JSON.parse(String(data));
    if (["ping", "pong", "probe", "presence", "candidate"].includes(type)) return;
    const ufrag = /a=ice-ufrag:(\S+)/.exec(sdp ?? offer ?? answer ?? "")?.[1];
    said.push(
      [Math.round(performance.now()), way, type, n, call?.slice(0, 6), fresh && "fresh", ufrag].join(" "),
    );
  };
  const Original = globalThis.WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      this.addEventListener("message", ({ data }) => note("<", data));
    }
    override send(data: string): void {
      note(">", data);
      super.send(data);
    }
  };
}

function fault(name: string, run: (real: Reality) => Promise<unknown>): Command {
  return { check: () => true, run: async (_model, real) => void await run(real), toString: () => name };
}

/** Both are in the call as far as their pages know; what is pressed before that may be lost with a page. */
const settled = ({ phones }: Reality) =>
  Promise.all(phones.map((phone) => phone.faces({ phone: "registered", call: "established" })));

const hold = (side: Side): Command => ({
  check: () => true,
  run: async (model, real) => {
    await settled(real);
    await real.phones[side].press("Hold");
    model[side] = !model[side];
    await until(() => real.phones[side].isPressed("Hold"), (isPressed) => isPressed === model[side]);
  },
  toString: () => `hold ${side}`,
});

async function restart({ stage }: Reality, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (signal === "SIGKILL") Deno.kill(processOf(stage.server), signal);
  await stage.server.stop();
  await stage.server.start();
}

async function openTab({ stage, phones }: Reality, side: Side): Promise<void> {
  const before: Page = phones[side].page;
  const page = await before.context().newPage();
  await page.goto(`${stage.server.origin}/agent/${NUMBERS[side]}`);
  await new PhonePage(before, NUMBERS[side]).faces({ phone: "denied" });
  phones[side] = new PhonePage(page, NUMBERS[side]);
}

const commands = ([0, 1] as const).flatMap((side) => [
  fault(`cut ${side}`, ({ phones }) => phones[side].page.evaluate("cutSockets()")),
  fault(`reload ${side}`, ({ phones }) => phones[side].page.reload()),
  fault(`second tab ${side}`, (real) => openTab(real, side)),
  hold(side),
]);

const reloadBoth = ({ phones }: Reality) => Promise.all(phones.map(({ page }) => page.reload()));

const schedule = fc.commands(
  [
    ...commands,
    fault("kill", (real) => restart(real, "SIGKILL")),
    fault("stop", (real) => restart(real, "SIGTERM")),
    fault("reload both", reloadBoth),
  ].map((command) => fc.constant(command)),
  { maxCommands: 7, size: "max" },
);

async function open(stage: Stage): Promise<Reality> {
  const names = ["Alice", "Bob"];
  for (const [index, name] of names.entries()) {
    await stage.server.agent("add", NUMBERS[index] ?? "", "--name", name);
  }
  const options = { before: keepSockets };
  const phones: [PhonePage, PhonePage] = [
    await stage.phone(NUMBERS[0], options),
    await stage.phone(NUMBERS[1], options),
  ];
  for (const phone of phones) await phone.faces({ phone: "registered", call: "none" });
  await talk(...phones);
  return { stage, phones };
}

/** Waits until new pictures come. */
async function moves(phone: PhonePage): Promise<void> {
  const count = async () => (await phone.media()).connections.at(-1)?.framesDecoded ?? 0;
  const before = await count();
  // A connection that was made anew counts from the beginning.
  await until(count, (now) => now > before + 5 || (now > 5 && now < before));
}

async function assertWhole(real: Reality, model: Model): Promise<void> {
  await settled(real);
  for (const [side, phone] of real.phones.entries()) {
    await until(() => phone.isPressed("Hold"), (isPressed) => isPressed === model[side]);
  }
  for (const [side, phone] of real.phones.entries()) if (model[side]) await phone.press("Hold");
  for (const phone of real.phones) await moves(phone);
  await real.phones[0].press("Hang up");
  for (const phone of real.phones) await phone.faces({ call: "ended" });
}

/** What the two pages would show whoever came to look, for the message of a failing test. */
const looks = ({ phones }: Reality) =>
  Promise.all(phones.map(async ({ page }) => {
    const look = () =>
      page.evaluate(() => ({ ...document.documentElement.dataset, log: globalThis.signalled }));
    const [seen, media] = await Promise.all([look(), new PhonePage(page, "").media()]);
    return JSON.stringify({ ...seen, ...media });
  }));

/** A call on a stage of its own, and what is known of it; a failure tells what was signalled. */
async function inCall(play: (real: Reality) => Promise<void>): Promise<void> {
  await using stage = await Stage.open();
  const real = await open(stage);
  try {
    await play(real);
  } catch (error) {
    const message = error instanceof Error ? error.message : error;
    throw new Error([message, ...await looks(real), stage.report].join("\n"), { cause: error });
  }
}

browserTest(
  "two pages that are loaded anew at once see each other, each time",
  ["chromium"],
  () =>
    inCall(async (real) => {
      for (let times = 0; times < 4; times++) {
        await reloadBoth(real);
        await settled(real);
        for (const phone of real.phones) await moves(phone);
      }
    }),
);

browserTest(
  "a call between two browsers lives through random faults, as it was left on both sides",
  ["chromium"],
  async () => {
    await fc.assert(
      fc.asyncProperty(schedule, (commands) =>
        inCall(async (real) => {
          const model: Model = [false, false];
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await assertWhole(real, model);
          console.log(`kept: ${[...commands].join(", ")}`);
        })),
      { numRuns: 3, endOnFailure: true },
    );
  },
);
