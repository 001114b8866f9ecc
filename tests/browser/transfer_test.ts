import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { aliceBobCarol, talk } from "./people.ts";
import type { PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Waits until the clock of the call is shown again. */
const goesOn = (phone: PhonePage): Promise<void> => phone.page.getByRole("timer").waitFor();

stageTest("a call is transferred to somebody of the directory, by keyboard", async (stage) => {
  const [alice, bob, carol] = await aliceBobCarol(stage);
  await talk(bob, alice);
  await alice.tabTo("Transfer");
  await alice.page.keyboard.press("Enter");
  await alice.takesFocus(alice.page.getByLabel("Number", { exact: true }));
  assert.equal(await alice.panel("Transfer").getByText("Bob").count(), 0, "Bob is the one to be transferred");
  await alice.tabTo("Transfer to Carol");
  await alice.page.keyboard.press("Enter");

  await alice.says(/Transferring to Carol…/);
  await alice.takesFocus(alice.button("Transfer"));
  await carol.page.getByRole("alertdialog", { name: /Bob/ }).waitFor();
  await carol.press("Accept");
  await alice.faces({ phone: "registered", call: "ended" });
  await alice.says(/Transferred to Carol/);
  await alice.isDark();
  await bob.isWith("Carol");
  for (const phone of [bob, carol]) await phone.seesAndHears();
});

stageTest("a transfer that is refused is taken back, and the reason can be dismissed", async (stage) => {
  const [alice, bob, carol] = await aliceBobCarol(stage);
  const complaints: string[] = [];
  alice.page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await talk(alice, bob);
  await alice.press("Transfer");
  await alice.dial("1999");
  const notice = alice.page.getByRole("alert").filter({ hasText: "Cannot transfer the call" });
  await notice.waitFor();
  await until(() => complaints, (all) => all.some((line) => line.includes("Cannot transfer the call")));
  await goesOn(alice);
  await alice.press("Dismiss");
  await notice.waitFor({ state: "detached" });

  await alice.press("Transfer");
  await alice.press("Transfer to Carol");
  await alice.says(/Transferring to Carol…/);
  await carol.press("Decline");
  await notice.waitFor();
  assert.match(await notice.innerText(), /declined/);
  await goesOn(alice);
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });
  await alice.seesAndHears();
  // The last connection of who was to be moved is the one that came to nothing.
  const { connections, shown } = await bob.media();
  assert.deepEqual(connections.map(({ connection }) => connection), ["connected", "closed"]);
  assert.equal(shown?.isPlaying, true);
});

/** Notes whether the page shows no call from now on, be it for a moment. */
function noteIdle(): void {
  const seen = Object.assign(globalThis, { sawIdle: false });
  const look = () => seen.sawIdle ||= document.querySelector("main .call") === null;
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

stageTest("whoever asks first holds the call, and joins the two", async (stage) => {
  const [alice, bob, carol] = await aliceBobCarol(stage);
  await talk(bob, alice);
  await alice.press("Transfer");
  await alice.page.evaluate(noteIdle);
  await alice.press("Call Carol first");
  await bob.says(/Alice put you on hold/);
  await carol.press("Accept");
  await alice.isWith("Carol");
  await alice.faces({ call: "established" });
  assert.equal(await alice.page.evaluate("sawIdle"), false, "no idle phone between two calls");

  await alice.press("Transfer");
  await alice.panel("Transfer").getByRole("button", { name: /^Join the two calls/ }).click();
  await alice.faces({ phone: "registered", call: "ended" });
  await alice.isDark();
  await bob.isWith("Carol");
  await carol.isWith("Bob");
  for (const phone of [bob, carol]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
  }
});
