import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { act, DEAD, dial, noted, notesOf, reaches, rings, stateOf } from "./plain_page.ts";
import { assertStates, connect, hears, rowTest, type Scene, sceneTest } from "./scene.ts";

rowTest("30", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const other = await ann.evaluate((number) => OzWebClient.createCall(number).getOtherParty(), number);
  assert.equal(other, number);
  // Whatever she had said before goodbye would have come before it.
  await ann.evaluate(() => OzWebClient.disconnect());
  await noted(bob, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
  assert.equal(await bob.evaluate("calls.length"), 0);
});

rowTest("32", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann);
  await rings(bob);
  await until(() => ann.evaluate(() => calls[0]?.getOtherParty()), (party) => party === number);
});

rowTest("33", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await bob.evaluate(() =>
    void OzWebClient.onIncomingCall((call) => notes.console.push(`incoming ${call.getCallState()}`))
  );
  await dial(ann, number);
  await rings(bob);
  await act(bob, "accept()");
  await reaches(ann, "IN_CALL");
  await act(ann, "hangUp()");
  await reaches(bob, "COMPLETED");
  assert.deepEqual((await notesOf(bob)).console, ["incoming RINGING"]);
});

rowTest("34", async (scene) => {
  const { bob, number } = await scene.talk();
  await bob.evaluate("accepts = false");
  const eve = await scene.connected();
  await dial(eve, number);
  await rings(bob, 2);
  assert.deepEqual(await bob.evaluate(() => calls.map((call) => call.getCallState())), [
    "IN_CALL",
    "RINGING",
  ]);
});

rowTest("42", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const during = await ann.evaluate((number) => {
    const call = OzWebClient.createCall(number);
    call.onCallStateChanged(() => document.title = "called");
    void call.start();
    keep(call);
    return document.title;
  }, number);
  assert.equal(during, "Plain");
  await rings(bob);
  assert.deepEqual(await reaches(ann, "RINGING"), ["RINGING"]);
  assert.equal(await ann.title(), "called");
});

rowTest("43", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(bob, "accept()");
  assertStates(await reaches(ann, "IN_CALL"), ["RINGING", "IN_CALL"]);
});

rowTest("44", async (scene) => {
  const ann = await scene.connected();
  await dial(ann, "zzzzz");
  assertStates(await reaches(ann, "NOT_FOUND"), ["NOT_FOUND"]);
});

rowTest("45", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(bob, "reject()");
  assertStates(await reaches(ann, "REJECTED"), ["RINGING", "REJECTED"]);
});

for (const who of ["the caller", "the callee"] as const) {
  rowTest("47", async (scene) => {
    const { ann, bob } = await scene.talk();
    await act(who === "the caller" ? ann : bob, "hangUp()");
    assertStates(await reaches(ann, "COMPLETED"), ["RINGING", "IN_CALL", "COMPLETED"]);
    assertStates(await reaches(bob, "COMPLETED"), ["IN_CALL", "COMPLETED"]);
  }, who);
}

rowTest("48", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(ann, "hangUp()");
  const { states } = await noted(bob, ({ states }) => (states[0]?.length ?? 0) > 0);
  assert.equal(states[0]?.length, 1);
  assert.ok(DEAD.includes(states[0]?.[0] ?? ""));
});

/** All states of both sides of a call that is held twice by the one, once by the other, and then ended by both. */
async function wholeLife(scene: Scene): Promise<readonly string[][]> {
  const { ann, bob } = await scene.talk();
  await act(ann, "hold()");
  await act(ann, "hold()");
  await reaches(bob, "HOLD");
  await act(bob, "hold()");
  await act(ann, "unHold()");
  await act(bob, "unHold()");
  for (const page of [ann, bob]) await reaches(page, "IN_CALL");
  for (const page of [ann, bob]) await act(page, "hangUp()");
  const lives = [await reaches(ann, "COMPLETED"), await reaches(bob, "COMPLETED")];
  // What came after the end would have come before the answer to this.
  for (const page of [ann, bob]) await dial(page, "zzzzz");
  for (const page of [ann, bob]) await reaches(page, "NOT_FOUND");
  const { states: [ofAnn = []] } = await notesOf(ann);
  const { states: [ofBob = []] } = await notesOf(bob);
  assert.deepEqual([ofAnn, ofBob], lives);
  return lives;
}

rowTest("49", async (scene) => {
  const seven = ["RINGING", "IN_CALL", "HOLD", ...DEAD];
  const told = (await wholeLife(scene)).flat();
  assert.deepEqual(told.filter((state) => !seven.includes(state)), []);
  assert.ok(told.includes("HOLD"));
});

rowTest("50", async (scene) => {
  for (const life of await wholeLife(scene)) {
    assert.deepEqual(life.map((state) => DEAD.includes(state)).indexOf(true), life.length - 1);
  }
});

rowTest("51", async (scene) => {
  for (const life of await wholeLife(scene)) {
    assert.deepEqual(life.filter((state, index) => state === life[index - 1]), []);
  }
});

rowTest("52", async (scene) => {
  const { ann, bob } = await scene.talk();
  await ann.evaluate(() => {
    const [call] = calls;
    call?.onCallStateChanged((state) => {
      if (state !== call.getCallState()) notes.console.push(`${state} is not ${call.getCallState()}`);
    });
    call?.hold();
  });
  await reaches(ann, "HOLD");
  assert.equal(await stateOf(ann), "HOLD");
  await act(bob, "hangUp()");
  await reaches(ann, "COMPLETED");
  assert.equal(await stateOf(ann), "COMPLETED");
  assert.deepEqual((await notesOf(ann)).console, []);
});

rowTest("53", async (scene) => {
  const { ann } = await scene.talk();
  assert.ok(await ann.evaluate(() => CallState.ANSWERED == calls[0]?.getCallState()));
  assert.deepEqual((await notesOf(ann)).states, [["RINGING", "IN_CALL"]]);
});

rowTest("54", async (scene) => {
  const { ann, bob, number, numberOfAnn } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  assert.equal(await ann.evaluate(() => calls[0]?.getOtherParty()), number);
  assert.equal(await bob.evaluate(() => calls[0]?.getOtherParty()), numberOfAnn);
});

rowTest("57", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(bob, "reject()");
  await reaches(ann, "REJECTED");
  const { states } = await noted(bob, ({ states }) => (states[0]?.length ?? 0) > 0);
  assert.equal(states[0]?.length, 1);
  assert.ok(DEAD.includes(states[0]?.[0] ?? ""));
});

rowTest("58", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await ann.evaluate((number) => {
    OzWebClient.createCall(number).hangUp();
    const call = OzWebClient.createCall(number);
    void call.start();
    call.hangUp();
    call.hangUp();
  }, number);
  await dial(ann, number);
  await rings(bob);
  await act(ann, "hangUp()");
  await reaches(ann, "COMPLETED");
  for (const page of [ann, bob, ann]) await act(page, "hangUp()");
  assert.equal(await stateOf(ann), "COMPLETED");
  assert.deepEqual((await notesOf(ann)).errors, []);
});

rowTest("65", async (scene) => {
  const { ann, bob } = await scene.talk();
  await act(ann, "hold()");
  await reaches(bob, "HOLD");
  await act(ann, "unhold()");
  await reaches(bob, "IN_CALL");
  await act(ann, "hangup()");
  await reaches(bob, "COMPLETED");
});

sceneTest(
  "both dial each other at the same moment: one call, and both are IN_CALL (glare)",
  async (scene) => {
    const { ann, bob, number } = await scene.pair();
    const { clients: [caller] } = await notesOf(bob);
    await Promise.all([dial(ann, number), dial(bob, caller?.phoneNumber)]);
    for (const page of [ann, bob]) {
      assertStates(await reaches(page, "IN_CALL"), ["RINGING", "IN_CALL"]);
      await hears(page);
    }
  },
);

sceneTest(
  "an extension on two devices: both ring, the first accept wins, the other is dead at once",
  async (scene) => {
    const desk = await scene.extension("1001");
    const mobile = await scene.extension("1001");
    const ann = await scene.connected();
    await dial(ann, "1001");
    for (const page of [desk, mobile]) await rings(page);
    await act(mobile, "accept()");
    await reaches(ann, "IN_CALL");
    await reaches(mobile, "IN_CALL");
    assertStates(await reaches(desk, "COMPLETED"), ["COMPLETED"]);
    await hears(ann);
  },
);

sceneTest("a page that has no right to call is told so, and the call is over", async (scene) => {
  const page = await scene.person();
  await connect(page, await scene.token("messages"));
  const thrown = await page.evaluate(() => {
    try {
      void keep(OzWebClient.createCall("1001")).start();
      return "";
    } catch (error) {
      return (error as Error & { code?: string }).code;
    }
  });
  assert.equal(thrown, "forbidden");
});
