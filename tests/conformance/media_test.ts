import assert from "node:assert/strict";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { act, dial, noted, notesOf, reaches, rings, stateOf } from "./plain_page.ts";
import { assertStates, connect, hears, rowTest, sceneTest } from "./scene.ts";
import { attach, display, isBare, moves, shows } from "./pictures.ts";

rowTest("55", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(bob, "accept()");
  for (const page of [ann, bob]) {
    await reaches(page, "IN_CALL");
    await hears(page);
    const playing = await page.evaluate(() =>
      [...document.querySelectorAll("audio")].filter((audio) => !audio.paused && !audio.muted).length
    );
    assert.equal(playing, 1);
  }
});

rowTest("56", async (scene) => {
  const { ann, bob } = await scene.talk();
  for (const page of [ann, bob]) await hears(page);
}, "inside onIncomingCall");

rowTest("56", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await bob.evaluate(() => void setTimeout(() => void calls[0]?.accept(), 2000));
  await reaches(ann, "IN_CALL");
  for (const page of [ann, bob]) await hears(page);
}, "seconds later");

rowTest("59", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob);
  for (const page of [ann, bob]) await hears(page);
  await act(ann, "hold()");
  for (const page of [ann, bob]) {
    await reaches(page, "HOLD");
    await until(() => mediaOf(page), ({ connections }) => connections.at(-1)?.sending === 0);
  }
  await isBare(bob, "local");
  await act(ann, "unHold()");
  for (const page of [ann, bob]) {
    await reaches(page, "IN_CALL");
    await hears(page);
  }
  await moves(bob, "local");
});

rowTest("60", async (scene) => {
  const { ann, bob, number } = await scene.talk();
  await bob.evaluate("accepts = false");
  const eve = await scene.connected();
  await dial(eve, number);
  await rings(bob, 2);
  await bob.evaluate(() => {
    calls[0]?.hold();
    void calls[1]?.accept();
  });
  await reaches(ann, "HOLD");
  await reaches(eve, "IN_CALL");
  await hears(eve);
  const { connections } = await until(() => mediaOf(bob), ({ connections }) => connections[0]?.sending === 0);
  assert.equal(connections[1]?.sending, 1);
  assert.deepEqual(await bob.evaluate(() => calls.map((call) => call.getCallState())), ["HOLD", "IN_CALL"]);
});

rowTest("61", async (scene) => {
  const { ann, bob } = await scene.talk();
  const { eve, number } = await scene.third(bob);
  await act(bob, `transfer("${number}")`);
  assertStates(await reaches(bob, "COMPLETED"), ["IN_CALL", "COMPLETED"]);
  await reaches(eve, "IN_CALL");
  await until(() => ann.evaluate(() => calls[0]?.getOtherParty()), (party) => party === number);
  for (const page of [ann, eve]) await hears(page);
  // The page that was moved keeps the Call that it has, which goes on.
  assert.equal(await ann.evaluate("calls.length"), 1);
  assert.equal(await stateOf(ann), "IN_CALL");
  await act(eve, "hangUp()");
  const states = await reaches(ann, "COMPLETED");
  assert.equal(states.filter((state) => state === "COMPLETED").length, 1);
});

sceneTest("transfer() to nobody leaves the call as it is, and the page is told", async (scene) => {
  const { ann, bob } = await scene.talk();
  await act(bob, 'transfer("zzzzz")');
  await noted(bob, ({ errors }) => errors.includes("not-found") || errors.includes("transfer-failed"));
  for (const page of [ann, bob]) {
    assert.equal(await stateOf(page), "IN_CALL");
    await hears(page);
  }
});

sceneTest(
  "transfer() to somebody who refuses: the call goes on as it was, and the page is told",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    const { eve, number } = await scene.third(bob, false);
    await act(bob, `transfer("${number}")`);
    await rings(eve);
    await act(eve, "reject()");
    await noted(bob, ({ errors }) => errors.includes("transfer-failed"));
    for (const page of [ann, bob]) {
      assert.equal(await stateOf(page), "IN_CALL");
      await hears(page);
    }
  },
);

sceneTest(
  "attendedTransfer() joins the other parties of two calls and releases this client",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    const { eve, number } = await scene.third(bob);
    await act(bob, "hold()");
    await reaches(ann, "HOLD");
    await dial(bob, number);
    await reaches(eve, "IN_CALL");
    await reaches(bob, "IN_CALL");
    await bob.evaluate(() => void calls[0]?.attendedTransfer(calls[1]!));
    await until(
      () => bob.evaluate(() => calls.map((call) => call.getCallState()).join()),
      (states) => states === "COMPLETED,COMPLETED",
    );
    for (const page of [ann, eve]) {
      await reaches(page, "IN_CALL");
      await hears(page);
      assert.equal(await page.evaluate("calls.length"), 1);
    }
  },
);

rowTest("62", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const { eve, number: numberOfEve } = await scene.third(bob);
  await dial(ann, number);
  await rings(bob);
  await act(bob, `forward("${numberOfEve}")`);
  const { states } = await noted(bob, ({ states }) => (states[0]?.length ?? 0) > 0);
  assert.deepEqual(states, [["COMPLETED"]]);
  await reaches(eve, "IN_CALL");
  assertStates(await reaches(ann, "IN_CALL"), ["RINGING", "IN_CALL"]);
  for (const page of [ann, eve]) await hears(page);
  assert.equal(await ann.evaluate(() => calls[0]?.getOtherParty()), numberOfEve);
});

/** What may be written: every plane, marks that combine, both directions, what JSON and sockets stumble over. */
const WORDS = [
  "Grüße 世界",
  "👩‍👩‍👧‍👦 🏳️‍🌈",
  "שלום مرحبا",
  'e\u0301 "quotes" \\ / </script>',
  "lines\r\n\u2028\u2029\tend",
  "\u0000\u0001\u007f\ufeff",
  "\ud800 alone",
  " ",
  "x".repeat(10_000),
];

rowTest("63", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  const numbered = Array.from({ length: 50 }, (_, index) => `message ${index + 1}`);
  // In every state of the call: while it rings, from a page that has no medium, and once it was answered.
  await ann.evaluate((words) => words.forEach((text) => calls[0]?.sendMessage(text)), WORDS);
  await noted(bob, ({ messages }) => messages.length === WORDS.length);
  await act(bob, "accept()");
  await reaches(ann, "IN_CALL");
  await ann.evaluate((words) => words.forEach((text) => calls[0]?.sendMessage(text)), numbered);
  const { messages } = await noted(bob, ({ messages }) => messages.length >= WORDS.length + numbered.length);
  assert.deepEqual(messages, [...WORDS, ...numbered]);
});

rowTest("64", async (scene) => {
  const { ann, bob } = await scene.talk();
  await attach(ann);
  await display(bob);
  await moves(bob, "local");
  for (const [from, to, text] of [[ann, bob, "to Bob"], [bob, ann, "to Ann"]] as const) {
    await act(from, `sendMessage("${text}")`);
    await noted(to, ({ messages }) => messages.join() === text);
    await hears(to);
  }
});

sceneTest(
  "a message that was written while the line was lost arrives once, and in its order",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    const write = (text: string) => act(ann, `sendMessage("${text}")`);
    await write("before");
    await ann.evaluate(() => dropSockets());
    await write("during");
    await write("and again");
    await noted(bob, ({ messages }) => messages.length >= 3);
    await write("after");
    const { messages } = await noted(bob, ({ messages }) => messages.at(-1) === "after");
    assert.deepEqual(messages, ["before", "during", "and again", "after"]);
  },
);

sceneTest("without the right to write, sendMessage() is refused and nothing arrives", async (scene) => {
  const bob = await scene.connected({ name: "Silent Bob" });
  await bob.evaluate("accepts = true");
  const mute = await scene.person();
  await connect(mute, await scene.token("calls"));
  const { clients } = await noted(mute, ({ clients }) => clients.some(({ name }) => name === "Silent Bob"));
  await dial(mute, clients[0]?.phoneNumber);
  await reaches(mute, "IN_CALL");
  const code = await mute.evaluate(() => {
    try {
      return void calls[0]?.sendMessage("hello");
    } catch (error) {
      return (error as Error & { code?: string }).code;
    }
  });
  assert.equal(code, "forbidden");
  await act(mute, "hangUp()");
  await reaches(bob, "COMPLETED");
  assert.deepEqual((await notesOf(bob)).messages, []);
});
