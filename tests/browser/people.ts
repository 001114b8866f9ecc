/**
 * Agents without *elect* for tests: their calls ring until somebody presses Accept.
 *
 * @module
 */
import type { PhonePage } from "./phone_page.ts";
import type { PersonOptions, Stage } from "./stage.ts";

/** Alice, Bob and Carol, idle; their numbers are 1011, 1012 and 1013. */
export async function aliceBobCarol(
  stage: Stage,
  options: PersonOptions = {},
): Promise<[PhonePage, PhonePage, PhonePage]> {
  const names = ["Alice", "Bob", "Carol"];
  for (const [index, name] of names.entries()) {
    await stage.server.agent("add", `101${index + 1}`, "--name", name);
  }
  return [
    await idle(stage, "1011", options),
    await idle(stage, "1012", options),
    await idle(stage, "1013", options),
  ];
}

/** The phone of an agent, once it is on the line. */
async function idle(stage: Stage, number: string, options: PersonOptions): Promise<PhonePage> {
  const phone = await stage.phone(number, options);
  await phone.faces({ phone: "registered", call: "none" });
  return phone;
}

/** Calls by hand, and accepts by hand. */
export async function talk(caller: PhonePage, callee: PhonePage): Promise<void> {
  await caller.dial(callee.number);
  await callee.press("Accept");
  for (const phone of [caller, callee]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
  }
}
